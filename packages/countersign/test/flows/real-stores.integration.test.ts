// The life of one account over real stores, by two processes that share nothing else: signing up by mail,
// an app, a passkey, a reset, an end. What must happen once happens once, whichever process is asked.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import type { AccountStore } from '../../src/accounts/account-store.js';
import type { OneTimeStore } from '../../src/accounts/one-time-store.js';
import { createThrottle } from '../../src/accounts/throttle.js';
import type { ThrottleStore } from '../../src/accounts/throttle-store.js';
import type { SessionStore } from '../../src/session/store.js';
import * as onPostgres from '../../src/stores/postgres/index.js';
import * as onRedis from '../../src/stores/redis/index.js';
import * as onSqlite from '../../src/stores/sqlite/index.js';
import { startPostgres, type PostgresServer } from '../services/postgres-server.js';
import { startRedis, type RedisServer } from '../services/redis-server.js';
import { nodeRedis } from '../stores/redis/clients.js';
import { newPath } from '../stores/sqlite/folder.js';
import { beginApp, codeAt, signIn } from './authenticator-app.js';
import {
  ADDRESS,
  createWorld,
  NEXT,
  PASSWORD,
  tokenIn,
  type Visitor,
  type World,
} from './fixture.js';
import {
  beginAdd,
  ceremonies,
  createAuthenticator,
  signIn as signInWithKey,
} from './passkey-world.js';

interface Stores {
  readonly session: SessionStore;
  readonly account: AccountStore;
  readonly oneTime: OneTimeStore;
  readonly throttle: ThrottleStore;
}

let postgres: PostgresServer;
let redis: RedisServer;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
});

afterAll(() => Promise.all([postgres.stop(), redis.stop()]));

/** Makes what one process has, on a place that is new; called again, what another process has there. */
type Place = () => Promise<() => Promise<Stores>>;

const sqlite: Place = () => {
  const path = newPath();
  const open = (): Stores => {
    const database = onSqlite.openDatabase(path);
    onTestFinished(() => void database.close());
    return {
      session: onSqlite.sqliteStore({ database }),
      account: onSqlite.sqliteAccountStore({ database }),
      oneTime: onSqlite.sqliteOneTimeStore({ database }),
      throttle: onSqlite.sqliteThrottleStore({ database }),
    };
  };
  return Promise.resolve(() => Promise.resolve(open()));
};

const postgresOnly: Place = async () => {
  const connectionString = await postgres.createDatabase();
  return () => {
    const client = new pg.Pool({ connectionString, max: 4 });
    onTestFinished(() => client.end());
    return Promise.resolve({
      session: onPostgres.postgresStore({ client }),
      account: onPostgres.postgresAccountStore({ client }),
      oneTime: onPostgres.postgresOneTimeStore({ client }),
      throttle: onPostgres.postgresThrottleStore({ client }),
    });
  };
};

let prefixes = 0;

const withRedis: Place = async () => {
  const openPostgres = await postgresOnly();
  prefixes += 1;
  const prefix = `shop-${prefixes}:`;
  return async () => {
    const { account } = await openPostgres();
    const { client, close } = await nodeRedis(redis.port);
    onTestFinished(close);
    return {
      session: onRedis.redisStore({ client, prefix }),
      account,
      oneTime: onRedis.redisOneTimeStore({ client, prefix }),
      throttle: onRedis.redisThrottleStore({ client, prefix }),
    };
  };
};

/** Two processes of one shop. Their clocks go as one: `later` moves both. */
async function open(place: Place): Promise<{
  readonly here: World;
  readonly there: World;
  readonly later: (ms: number) => void;
}> {
  const openStores = await place();
  // Servers drop records by their own clocks.
  const startAt = Date.now();
  const openWorld = async (): Promise<World> => {
    const { session, account, oneTime, throttle } = await openStores();
    onTestFinished(async () => {
      for (const store of [session, account, oneTime, throttle]) await store.close();
    });
    const world = createWorld({
      startAt,
      sessionStore: session,
      accounts: { store: account },
      flows: { oneTime, passkeys: ceremonies },
      throttle: (clock) => createThrottle({ store: throttle, clock }),
    });
    onTestFinished(async () => {
      await world.flows.settled();
      await world.sessions.close();
    });
    return world;
  };
  const here = await openWorld();
  const there = await openWorld();
  return {
    here,
    there,
    later: (ms) => [here, there].forEach(({ clock }) => clock.advance(ms)),
  };
}

/** A visitor of the other process with the same cookies. */
function atOther({ visitor }: World, { jar }: Visitor): Visitor {
  const other = visitor();
  for (const [name, value] of jar) other.jar.set(name, value);
  return other;
}

async function signUp({ flows, tokenOf }: World, ada: Visitor): Promise<string> {
  await ada.visit((visit) => flows.signUp.request(visit, { address: ADDRESS }));
  const token = await tokenOf('sign-up');
  expect(await ada.visit((visit) => flows.signUp.look(visit, { token }))).toEqual({
    ok: true,
    address: ADDRESS,
  });
  const done = await ada.visit((visit) =>
    flows.signUp.finish(visit, { token, password: PASSWORD }),
  );
  if (!done.ok) throw new Error(done.reason);
  return done.userId;
}

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgresOnly],
  ['Redis beside PostgreSQL', withRedis],
] as const)('on %s', (_, place) => {
  it('an account lives from its first mail to its end', async () => {
    const { here, there, later } = await open(place);
    const ada = here.visitor();
    const userId = await signUp(here, ada);
    expect(await atOther(there, ada).userId()).toBe(userId);

    const { setup, secret } = await beginApp(here, ada);
    const confirm = { setup, code: codeAt(secret, here.clock.now()), endOthers: true };
    const added = await ada.visit((visit) => here.flows.totp.confirm(visit, confirm));
    expect(added).toMatchObject({ ok: true });
    const [recoveryCode = ''] = added.ok ? added.recoveryCodes : [];

    later(30_000);
    const next = there.visitor();
    expect(await signIn(there, next)).toMatchObject({ reason: 'second-factor' });
    expect(await next.userId()).toBeNull();
    const code = codeAt(secret, there.clock.now());
    expect(await next.visit((visit) => there.flows.signIn.withTotp(visit, { code }))).toEqual({
      ok: true,
      userId,
    });

    const authenticator = createAuthenticator();
    const response = authenticator.create(await beginAdd(there, next));
    const addition = { response, name: 'Laptop', endOthers: false };
    expect(await next.visit((visit) => there.flows.passkeys.add(visit, addition))).toEqual({
      ok: true,
      recoveryCodes: [],
    });
    expect(await signInWithKey(here, here.visitor(), authenticator)).toEqual({ ok: true, userId });

    await ada.visit((visit) => here.flows.reset.request(visit, { address: ADDRESS }));
    const token = await here.tokenOf('reset');
    const reset = { token, password: NEXT };
    const visitor = there.visitor();
    expect(await visitor.visit((visit) => there.flows.reset.finish(visit, reset))).toEqual({
      ok: true,
    });
    expect([await ada.userId(), await next.userId()]).toEqual([null, null]);

    expect(await signIn(here, ada)).toMatchObject({ reason: 'refused' });
    expect(await signIn(here, ada, NEXT)).toMatchObject({ reason: 'second-factor' });
    const withCode = { code: recoveryCode };
    expect(await ada.visit((visit) => here.flows.signIn.withRecoveryCode(visit, withCode))).toEqual(
      { ok: true, userId },
    );

    expect(await ada.visit((visit) => here.flows.account.remove(visit))).toEqual({ ok: true });
    expect(await atOther(there, ada).userId()).toBeNull();
    expect(await signIn(there, there.visitor(), NEXT)).toMatchObject({ reason: 'refused' });
    expect(await signUp(there, there.visitor())).not.toBe(userId);
  });

  it('what is good once is good once, and guesses at both processes add up', async () => {
    const { here, there, later } = await open(place);
    const ada = here.visitor();
    await signUp(here, ada);
    const { setup, secret } = await beginApp(here, ada);
    const input = { setup, code: codeAt(secret, here.clock.now()), endOthers: false };
    await ada.visit((visit) => here.flows.totp.confirm(visit, input));
    later(30_000);

    const code = codeAt(secret, here.clock.now());
    const signedIn = await Promise.all(
      [here, there, here, there].map(async (world) => {
        const visitor = world.visitor();
        await signIn(world, visitor);
        return visitor.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
      }),
    );
    expect(signedIn.filter(({ ok }) => ok)).toHaveLength(1);

    await ada.visit((visit) => here.flows.reset.request(visit, { address: ADDRESS }));
    const token = tokenIn((await here.mailed('reset')).at(-1)) ?? '';
    const resets = await Promise.all(
      [here, there, here, there].map((world) =>
        world
          .visitor()
          .visit((visit) => world.flows.reset.finish(visit, { token, password: NEXT })),
      ),
    );
    expect(resets.filter(({ ok }) => ok)).toHaveLength(1);

    const guesses = await Promise.all(
      Array.from({ length: 20 }, (__, index) => {
        const world = index % 2 === 0 ? here : there;
        return signIn(world, world.visitor(), `wrong ${index}`);
      }),
    );
    const judged = guesses.filter((each) => !each.ok && each.reason === 'refused');
    expect(judged).toHaveLength(5);
  });

  it('an account that is disabled in one process lets nobody stay in at the other', async () => {
    const { here, there } = await open(place);
    const ada = here.visitor();
    const userId = await signUp(here, ada);
    const attempt = await ada.visit(({ session }) => session.beginSignIn(userId));
    expect(await there.flows.users.setStatus(userId, { status: 'disabled' })).toEqual({ ok: true });
    expect(await ada.userId()).toBeNull();
    const { result } = await ada.send((__, session) => session.signIn(userId, { attempt }));
    expect(result).toEqual({ ok: false, reason: 'ended-meanwhile' });
    expect(await signIn(here, ada)).toEqual({ ok: false, reason: 'refused' });
  });
});
