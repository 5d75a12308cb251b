// Accounts of each kind that a stranger must not be able to tell apart, put into the store past the verbs:
// all have the hash of one that was registered, since making thousands would take longer than trying them.

import { randomBytes, randomUUID } from 'node:crypto';

import { createAccounts, type AccountStore } from 'countersign/accounts';
import { argon2Hasher } from 'countersign/accounts/argon2';
import { memoryAccountStore } from 'countersign/stores/memory';

export const PASSWORD = 'a quiet otter and seven lamps';

const AT = 1_767_225_600_000;

/** Under the hundred failures that close an authenticator. */
const TRIES_EACH = 40;

export interface Person {
  readonly userId: string;
  /** A sign-in name. */
  readonly name: string;
  readonly address: string;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Variant {
  /** What is different in the document; `null` for people that have no account. */
  readonly fields?: ((document: Fields, person: Person) => Fields) | null;
  /** Whether the address is verified. Default yes. */
  readonly verified?: boolean;
  /** Keys besides the name and the address. */
  readonly keys?: (person: Person) => readonly string[];
}

/** What is left of a deleted account: its name. */
const DELETED: Fields = {
  status: 'deleted',
  displayName: null,
  addresses: [],
  password: null,
  totp: null,
  passkeys: [],
  recoveryCodes: null,
  identities: [],
};

export const PEOPLE: Readonly<Record<PersonKind, Variant>> = {
  known: {},
  unknown: { fields: null },
  disabled: { fields: () => ({ status: 'disabled' }) },
  deleted: { fields: () => DELETED },
  closed: { fields: ({ password }) => ({ password: closed(password) }) },
  'without password': { fields: () => ({ password: null }) },
  'unverified address': { verified: false },
};

export type PersonKind =
  | 'known'
  | 'unknown'
  | 'disabled'
  | 'deleted'
  | 'closed'
  | 'without password'
  | 'unverified address';

function closed(password: unknown): unknown {
  const record = typeof password === 'object' ? password : {};
  return { ...record, closed: { at: AT, to: 'strangers' } };
}

let template: Promise<Fields> | undefined;

/** As many people as this number of tries takes. */
export async function makePeople(
  store: AccountStore,
  tries: number,
  variant: Variant = {},
): Promise<readonly Person[]> {
  template ??= makeTemplate();
  const document = await template;
  const people: Person[] = [];
  for (let i = 0; i < Math.max(5, tries / TRIES_EACH); i += 1) {
    const name = `n${randomBytes(8).toString('hex')}`;
    const person = { userId: randomUUID(), name, address: `${name}@example.org` };
    if (variant.fields !== null) await add(store, person, document, variant);
    people.push(person);
  }
  return people;
}

async function add(
  store: AccountStore,
  person: Person,
  common: Fields,
  { fields, verified = true, keys }: Variant,
): Promise<void> {
  const { userId, name, address } = person;
  const document: Fields = {
    ...common,
    name: { typed: name, canonical: name },
    addresses: [{ address, canonical: address, addedAt: AT, verifiedAt: verified ? AT : null }],
    ...fields?.(common, person),
  };
  const hasAddress = verified && document['status'] !== 'deleted';
  const names = hasAddress ? [name, address] : [name];
  const outcome = await store.create({
    userId,
    revision: 1,
    keys: [...names.map((each) => `sign-in:${each}`), ...(keys?.(person) ?? [])],
    document: JSON.stringify(document),
  });
  if (outcome !== 'ok') throw new Error(`not added: ${outcome}`);
}

/** Changes the document of one who is there already. */
export async function change(
  store: AccountStore,
  { userId }: Person,
  fields: (document: Fields) => Fields,
): Promise<void> {
  const row = await store.findById(userId);
  if (row === null) throw new Error('not found');
  const document = fieldsIn(row.document);
  const to = {
    ...row,
    revision: row.revision + 1,
    document: JSON.stringify({ ...document, ...fields(document) }),
  };
  if ((await store.replace(to)) !== 'ok') throw new Error('not replaced');
}

async function makeTemplate(): Promise<Fields> {
  const store = memoryAccountStore();
  const accounts = createAccounts({
    store,
    keys: [randomBytes(32)],
    hasher: argon2Hasher({ memory: 12_288, passes: 3 }),
  });
  const result = await accounts.register({ name: 'template', password: PASSWORD });
  if (!result.ok) throw new Error(`not registered: ${result.reason}`);
  return fieldsIn(store.findById(result.user.userId)?.document ?? 'null');
}

function fieldsIn(document: string): Fields {
  const fields: unknown = JSON.parse(document);
  if (typeof fields !== 'object' || fields === null) throw new Error('no document');
  return { ...fields };
}
