// A handler that asks the accounts while their store is away, in each adapter: a 503 as for the sessions'
// store, and the session as it was (README, promise 6).

import express from 'express';
import { beforeEach, describe, expect, test } from 'vitest';

import { sessionMiddleware } from '../../src/adapters/express.js';
import { withSession as withWebSession } from '../../src/adapters/fetch.js';
import { withSession } from '../../src/adapters/node.js';
import { createAccounts, type Accounts } from '../../src/accounts/accounts.js';
import type { AccountStore } from '../../src/accounts/account-store.js';
import { TransparentHasher } from '../accounts/fixture.js';
import { Faults, type Mode } from '../flows/faulty-stores.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { createWorld, OPTIONS, ORIGIN, serve, settle, type World } from '../http/fixture.js';
import { send, type Answer } from './application.js';

const KEYS = ['a key for the tests of accounts, long enough'] as const;

let world: World;
let cookie: string;
let faults: Faults;
let accounts: Accounts;
beforeEach(async () => {
  world = createWorld();
  cookie = await world.signIn();
  faults = new Faults();
  const store: AccountStore = faults.in('account', memoryAccountStore());
  const hasher = new TransparentHasher();
  accounts = createAccounts({ store, hasher, keys: KEYS, clock: world.clock });
});

/** One request to a handler that finds a user, by each adapter. */
const ADAPTERS: Readonly<Record<string, () => Promise<Answer>>> = {
  async node() {
    const port = await serve(
      withSession(world.sessions, OPTIONS, async ({ session }, response) => {
        const user = await accounts.findUser('ann');
        response.end(`${session.userId ?? 'nobody'} ${typeof user}`);
      }),
    );
    return send(port, '/', { headers: { cookie } });
  },
  async express() {
    const app = express();
    app.set('env', 'test');
    app.use(sessionMiddleware(world.sessions, OPTIONS));
    app.get('/', (request, response, next) => {
      const answer = (user: unknown): unknown =>
        response.send(`${request.session.userId ?? 'nobody'} ${typeof user}`);
      accounts.findUser('ann').then(answer, next);
    });
    return send(await serve(app), '/', { headers: { cookie } });
  },
  async fetch() {
    const handle = withWebSession(world.sessions, OPTIONS, async (_, { session }) => {
      const user = await accounts.findUser('ann');
      return new Response(`${session.userId ?? 'nobody'} ${typeof user}`);
    });
    const response = await handle(new Request(`${ORIGIN}/`, { headers: { cookie } }));
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.text() };
  },
};

async function answerOf(ask: () => Promise<Answer>): Promise<Answer> {
  return faults.settle(world.clock, ask());
}

describe.each(Object.entries(ADAPTERS))('%s', (adapter, ask) => {
  test.each<Mode>(['throws', 'rejects', 'hangs'])(
    'answers 503 when the account store %s, and the session goes on',
    async (mode) => {
      faults.arm(1, mode);
      const { status, headers } = await answerOf(ask);
      expect(status).toBe(503);
      // What a handler throws is answered by Express itself, for the sessions' store as well.
      expect(headers['retry-after']).toBe(adapter === 'express' ? undefined : '5');
      expect(headers['set-cookie']).toBeUndefined();
      faults.repair();
      await settle();
      expect(await answerOf(ask)).toMatchObject({ status: 200, body: 'ann undefined' });
    },
  );
});
