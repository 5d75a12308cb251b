// Changing an account: read, decide, compare and swap, and again when somebody else was faster. The one
// way in which anything about an account changes, so no change is lost and none undoes another.

import { CountersignError } from '../errors.js';
import type { Account } from './account.js';
import { accountOf, NOBODYS_ROW, rowOf } from './account-document.js';
import type { AccountRow, AccountStore } from './account-store.js';

/** A lost race is another change; so many in a row are no accident. */
const TRIES = 10;

/** What a decision comes to: the account to store, or a result without a change. */
export type Decision<Refusal> = { readonly to: Account } | { readonly refusal: Refusal };

export type Changed<Refusal> =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly refusal: Refusal | 'missing' | 'taken' };

/**
 * @param decide pure, since it may run several times: what shall become of the account as it is now
 * @returns `missing`: no such account, or a deleted one. `taken`: a key of the new account is another's
 * @throws CountersignError `update-contended`
 */
export async function changeAccount<Refusal = never>(
  store: AccountStore,
  userId: string,
  decide: (account: Account) => Decision<Refusal>,
): Promise<Changed<Refusal>> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const account = await findAccount(store, userId);
    if (account === null || account.status === 'deleted') return { ok: false, refusal: 'missing' };
    const decision = decide(account);
    if ('refusal' in decision) return { ok: false, refusal: decision.refusal };
    const to: Account = { ...decision.to, revision: account.revision + 1 };
    const outcome = await store.replace(rowOf(to));
    if (outcome === 'ok') return { ok: true, account: to };
    if (outcome !== 'conflict') return { ok: false, refusal: outcome };
  }
  throw new CountersignError('update-contended', 'This account is being changed all the time.');
}

export async function findAccount(store: AccountStore, userId: string): Promise<Account | null> {
  return readRow(await store.findById(userId));
}

export async function findAccountByKey(store: AccountStore, key: string): Promise<Account | null> {
  return readRow(await store.findByKey(key));
}

/** Reading a document takes time that strangers could measure, so a miss reads one as well (G48). */
function readRow(row: AccountRow | null): Account | null {
  const account = accountOf(row ?? NOBODYS_ROW);
  return row === null ? null : account;
}
