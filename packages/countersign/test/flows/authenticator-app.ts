// An authenticator app, written after RFC 6238 and RFC 4226 apart from the code that it tests, and people
// who have one.

import { createHmac } from 'node:crypto';

import { changeAccount } from '../../src/accounts/account-change.js';
import type { Account } from '../../src/accounts/account.js';
import { makeRecoveryCodes } from '../../src/accounts/recovery-codes.js';
import { sealTotpSecret } from '../../src/accounts/sealed-secret.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';
import { ADDRESS, KEYS, PASSWORD, type Visitor, type World } from './fixture.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code that the app shows at this time. */
export function codeAt(secret: string, now: number): string {
  const bits = Array.from(secret, (c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A code that the app does not show now, nor shortly before or after. */
export function wrongCode(secret: string, now: number): string {
  const near = [-60_000, -30_000, 0, 30_000, 60_000].map((ms) => codeAt(secret, now + ms));
  const found = ['111111', '222222', '333333', '444444', '555555', '666666'];
  return found.find((code) => !near.includes(code)) ?? '777777';
}

export interface WithApp {
  readonly account: Account;
  readonly userId: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** What the app shows now. */
  readonly code: () => string;
  readonly wrong: () => string;
}

/** An account with an app and recovery codes, put into the store past the verbs. */
export async function addWithApp(world: World, fields: Partial<Account> = {}): Promise<WithApp> {
  const secret = createTotpSecret();
  const keys = createKeyRing(KEYS);
  const bare = await world.addAccount(fields);
  const { codes, hashes } = makeRecoveryCodes(keys, bare.userId);
  const now = world.clock.now();
  const account: Account = {
    ...bare,
    totp: {
      secret: sealTotpSecret(keys, bare.userId, secret),
      addedAt: now,
      lastStep: -1,
      closedAt: null,
    },
    recoveryCodes: { hashes, madeAt: now },
  };
  await change(world, bare.userId, () => account);
  return {
    account,
    userId: bare.userId,
    secret,
    recoveryCodes: codes,
    code: () => codeAt(secret, world.clock.now()),
    wrong: () => wrongCode(secret, world.clock.now()),
  };
}

/** Changes what is stored past the verbs. */
export async function change(
  world: World,
  userId: string,
  decide: (account: Account) => Account,
): Promise<void> {
  const changed = await changeAccount(world.accountStore, userId, (account) => ({
    to: decide(account),
  }));
  if (!changed.ok) throw new Error(`not changed: ${changed.refusal}`);
}

/** Signs in with the password, and with a code of the app. */
export async function signInWithApp(
  world: World,
  visitor: Visitor,
  { code }: WithApp,
): Promise<void> {
  const first = await signIn(world, visitor);
  if (first.ok || first.reason !== 'second-factor')
    throw new Error('no second factor is asked for');
  const second = await visitor.visit((visit) =>
    world.flows.signIn.withTotp(visit, { code: code() }),
  );
  if (!second.ok) throw new Error(`not signed in: ${second.reason}`);
}

export async function signIn(
  { flows }: World,
  visitor: Visitor,
  password: string = PASSWORD,
): ReturnType<World['flows']['signIn']['withPassword']> {
  return visitor.visit((visit) => flows.signIn.withPassword(visit, { name: ADDRESS, password }));
}

export interface AppSetup {
  readonly setup: string;
  readonly secret: string;
  readonly uri: string;
}

/** Begins to set an app up. */
export async function beginApp({ flows }: World, visitor: Visitor): Promise<AppSetup> {
  const begun = await visitor.visit((visit) => flows.totp.begin(visit));
  if (!begun.ok) throw new Error(`not begun: ${begun.reason}`);
  return begun;
}
