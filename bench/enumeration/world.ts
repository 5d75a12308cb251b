// What a stranger meets: sessions, accounts and flows as an application joins them, with the real argon2id
// at the least cost and mails that are made but not sent, over memory or one SQLite file. Its clock stands
// still, and its throttle counts as ever but lets thousands of tries pass.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSessions, type SessionStore } from 'countersign';
import {
  createAccounts,
  createThrottle,
  type Accounts,
  type AccountStore,
  type Mail,
  type OneTimeStore,
  type Throttle,
  type ThrottleStore,
} from 'countersign/accounts';
import { argon2Hasher } from 'countersign/accounts/argon2';
import { createPasskeyCeremonies } from 'countersign/accounts/passkeys';
import { withSession } from 'countersign/adapters/fetch';
import { createFlows, type Flows, type Visit } from 'countersign/flows';
import { transportMailer } from 'countersign/mail';
import * as memory from 'countersign/stores/memory';
import * as sqlite from 'countersign/stores/sqlite';
import { createFakeClock, type FakeClock } from 'countersign/testing';
import { createTransport } from 'nodemailer';

export const ORIGIN = 'https://shop.example';
export const RP_ID = 'shop.example';

export const STORES = ['memory', 'sqlite'] as const;
export type StoreName = (typeof STORES)[number];

/** What a request does; its outcome is the body of the answer. */
export type Verb = (visit: Visit) => Promise<unknown>;

export interface World {
  readonly clock: FakeClock;
  readonly store: AccountStore;
  readonly accounts: Accounts;
  readonly flows: Flows;
  /** On the same counters as that of the accounts, and lets thousands of tries pass. */
  readonly generousThrottle: Throttle;
  /** All that were made, in their order. Emptied by whoever looks. */
  readonly mails: Mail[];
  /** One request from check to commit. */
  readonly handle: (request: Request, verb: Verb, address: string) => Promise<Response>;
  /** Resolves when nothing goes on after answers. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Stores {
  readonly session: SessionStore;
  readonly account: AccountStore;
  readonly oneTime: OneTimeStore;
  readonly throttle: ThrottleStore;
  readonly remove: () => void;
}

const NO_LIMIT = 1_000_000;
const HOUR = 3_600_000;

/** @param limits `strict`: the waits that an application has by default */
export function createWorld(
  name: StoreName,
  { limits = 'generous' }: { readonly limits?: 'generous' | 'strict' } = {},
): World {
  const clock = createFakeClock(Date.now());
  const stores = name === 'memory' ? inMemory(clock) : inFile();
  const sessions = createSessions<Record<string, never>>({
    store: stores.session,
    keys: [randomBytes(32)],
    clock,
  });
  const strictThrottle = createThrottle({ store: stores.throttle, clock });
  const generousThrottle = createThrottle({
    store: stores.throttle,
    clock,
    freeFailures: NO_LIMIT,
    requests: { mail: { perAccount: NO_LIMIT, perNetwork: NO_LIMIT, windowMs: HOUR } },
  });
  const accounts = createAccounts({
    store: stores.account,
    keys: [randomBytes(32)],
    hasher: argon2Hasher({ memory: 12_288, passes: 3 }),
    throttle: limits === 'strict' ? strictThrottle : generousThrottle,
    clock,
  });
  const { mailer, mails } = createMailer();
  const flows = createFlows({
    sessions,
    accounts,
    serviceName: 'Example Shop',
    oneTime: stores.oneTime,
    mail: { mailer, origin: ORIGIN },
    passkeys: createPasskeyCeremonies({ rpId: RP_ID, rpName: 'Example Shop', origins: [ORIGIN] }),
  });
  const handle = withSession<Record<string, never>, [verb: Verb, address: string]>(
    sessions,
    { origins: [ORIGIN], address: (_, __, address) => address },
    async (request, { session }, verb) => {
      const headers = new Headers();
      const outcome = (await verb({ session, request, response: headers })) ?? null;
      return new Response(JSON.stringify(outcome), { headers });
    },
  );
  return {
    clock,
    store: stores.account,
    accounts,
    flows,
    generousThrottle,
    mails,
    handle,
    settled: () => flows.settled(),
    async close() {
      await flows.settled();
      await sessions.close();
      for (const store of [stores.session, stores.account, stores.oneTime, stores.throttle])
        await store.close();
      stores.remove();
    },
  };
}

/** Mails are put together as for SMTP, and go nowhere. */
function createMailer(): Pick<World, 'mails'> & {
  readonly mailer: { send(mail: Mail): Promise<void> };
} {
  const mails: Mail[] = [];
  const transport = createTransport({ streamTransport: true, buffer: true });
  const inner = transportMailer({
    transport: { sendMail: (message) => transport.sendMail(message) },
    from: 'Example Shop <no-reply@shop.example>',
  });
  const send = async (mail: Mail): Promise<void> => {
    mails.push(mail);
    await inner.send(mail);
  };
  return { mails, mailer: { send } };
}

function inMemory(clock: FakeClock): Stores {
  return {
    session: memory.memoryStore({ clock }),
    account: memory.memoryAccountStore(),
    oneTime: memory.memoryOneTimeStore(),
    throttle: memory.memoryThrottleStore(),
    remove: () => undefined,
  };
}

function inFile(): Stores {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-enumeration-'));
  const database = sqlite.openDatabase(join(folder, 'bench.db'));
  return {
    session: sqlite.sqliteStore({ database }),
    account: sqlite.sqliteAccountStore({ database }),
    oneTime: sqlite.sqliteOneTimeStore({ database }),
    throttle: sqlite.sqliteThrottleStore({ database }),
    remove() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
