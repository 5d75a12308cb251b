// Accounts of each kind that a guesser must not be able to tell from a name that nobody has, and the names
// to try them by. Each account is tried a few times only, so that no throttle has anything to say.

import { randomUUID } from 'node:crypto';

import type { Accounts, AccountStore } from 'countersign/accounts';

export const KINDS = [
  'known',
  'known again',
  'unknown',
  'disabled',
  'deleted',
  'without password',
  'no name at all',
  'planted',
] as const;

export type Kind = (typeof KINDS)[number];

/** Names by kind; the n-th try of a kind takes the n-th. */
export type People = Readonly<Record<Kind, readonly string[]>>;

const PASSWORD = 'a quiet otter and seven lamps';
const TRIES_EACH = 4;

/** @param tries how often each kind will be tried */
export async function createPeople(
  accounts: Accounts,
  store: AccountStore,
  tries: number,
): Promise<People> {
  const count = Math.ceil(tries / TRIES_EACH);
  const each = async (make: (name: string) => Promise<unknown>): Promise<readonly string[]> => {
    const names: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const name = randomUUID();
      await make(name);
      for (let times = 0; times < TRIES_EACH; times += 1) names.push(name);
    }
    return names;
  };
  const register = async (name: string): Promise<string> => {
    const result = await accounts.register({ name, password: PASSWORD });
    if (!result.ok) throw new Error(`not registered: ${result.reason}`);
    return result.user.userId;
  };
  const withStatus = (status: 'disabled' | 'deleted') => async (name: string) =>
    accounts.setStatus(await register(name), status);
  return {
    known: await each(register),
    'known again': await each(register),
    unknown: await each(async () => undefined),
    disabled: await each(withStatus('disabled')),
    deleted: await each(withStatus('deleted')),
    'without password': await each(async (name) => removePassword(store, await register(name))),
    'no name at all': await each(async () => undefined).then((names) =>
      names.map((name) => `${name} with spaces`),
    ),
    planted: await each(register),
  };
}

/** As an account that signs in otherwise. */
async function removePassword(store: AccountStore, userId: string): Promise<void> {
  const row = await store.findById(userId);
  const document: unknown = JSON.parse(row?.document ?? 'null');
  if (row === null || typeof document !== 'object') throw new Error('not found');
  const without = JSON.stringify({ ...document, password: null });
  const to = { ...row, revision: row.revision + 1, document: without };
  if ((await store.replace(to)) !== 'ok') throw new Error('not replaced');
}
