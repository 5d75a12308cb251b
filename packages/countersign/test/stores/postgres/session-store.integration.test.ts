import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';

import { createSessions } from '../../../src/index.js';
import { migratePostgres } from '../../../src/stores/postgres/migrate-postgres.js';
import { postgresStore, type PostgresStore } from '../../../src/stores/postgres/session-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import {
  change,
  HOUR,
  newId,
  offered,
  times,
} from '../../../src/testing/session-store/store-case.js';
import { Browser, KEY, MINUTE, type Data } from '../../session/fixture.js';
import { recordOf, useDatabase } from './database.js';

const database = useDatabase();
let pool: pg.Pool;

beforeAll(async () => {
  pool = database.pool({ max: 8 });
  await migratePostgres({ client: pool });
});

/** Runs with a store on the pool, and closes it. */
async function withStore<T>(
  run: (store: PostgresStore) => Promise<T>,
  options: Partial<Parameters<typeof postgresStore>[0]> = {},
): Promise<T> {
  const store = postgresStore({ client: pool, ...options });
  try {
    return await run(store);
  } finally {
    store.close();
  }
}

describe('locks', () => {
  test('verbs on many sessions in any order never wait for each other in a circle', async () => {
    await withStore(async (store) => {
      const before = Number(await deadlocks());
      const records = times(40, (i) => recordOf({ userId: `user ${i % 4}` }));
      await Promise.all(records.map((record) => store.insert(record, {})));
      const ids = records.map(({ id }) => id);
      const seen = Date.now() + 1;
      const touches = (order: readonly string[]): Promise<void> =>
        store.touch(order.map((id, i) => ({ id, seen: seen + i })));
      const guard = { limit: { max: 3, over: 'end-oldest' } } as const;
      for (let round = 0; round < 10; round += 1) {
        const half = ids.slice(round, round + 20);
        await Promise.all([
          touches(ids),
          touches(ids.toReversed()),
          store.end(half),
          store.end(half.toReversed()),
          ...times(4, (i) => store.endUser(`user ${i}`, {})),
          ...times(4, (i) => store.insert(recordOf({ userId: `user ${i}` }), guard)),
          ...times(4, (i) => store.changeEpoch(`user ${3 - i}`)),
          store.sweep(10),
        ]);
      }
      expect(await deadlocks()).toBe(before);
    });
  });

  test('a verb gives up soon on a lock that somebody keeps, and works again after it', async () => {
    await withStore(async (store) => {
      const { id } = recordOf();
      await store.insert(recordOf({ id, userId: 'kept' }), {});
      const keeper = await pool.connect();
      await keeper.query('BEGIN');
      await keeper.query(`SELECT 1 FROM countersign.users WHERE user_key = 'kept' FOR UPDATE`);
      const started = Date.now();
      await expect(store.endUser('kept', {})).rejects.toMatchObject({ code: '55P03' });
      expect(Date.now() - started).toBeGreaterThan(1_500);
      expect(Date.now() - started).toBeLessThan(9_000);
      await keeper.query('ROLLBACK');
      keeper.release();
      expect(await store.endUser('kept', {})).toEqual([id]);
    });
  });

  test('a sweep leaves what a verb is at work on', async () => {
    await withStore(async (store) => {
      const expiresAt = Date.now() - 1;
      const [first, second] = [recordOf({ expiresAt }), recordOf({ expiresAt })];
      await store.insert(first, {});
      await store.insert(second, {});
      const keeper = await pool.connect();
      await keeper.query('BEGIN');
      await keeper.query('SELECT 1 FROM countersign.sessions WHERE id = $1 FOR UPDATE', [first.id]);
      expect(await store.sweep(10)).toBe(1);
      await keeper.query('ROLLBACK');
      keeper.release();
      expect(await store.sweep(10)).toBe(1);
      expect(await store.sweep(10)).toBe(0);
    });
  });

  test('another isolation level is refused where it would break a promise', async () => {
    const strict = database.pool({ options: '-c default_transaction_isolation=serializable' });
    await withStore(
      async (store) => {
        await expect(store.insert(recordOf(), {})).rejects.toThrow('read committed');
        await expect(store.endUser('user', {})).rejects.toThrow('read committed');
      },
      { client: strict },
    );
  });

  test('where transactions undo each other, a verb is tried again', async () => {
    const strict = database.pool({
      max: 8,
      options: String.raw`-c default_transaction_isolation=repeatable\ read`,
    });
    await withStore(async (store) => {
      const { id } = recordOf();
      await store.insert(recordOf({ id }), {});
      await withStore(
        async (other) => {
          const keys = times(3, (i) => change({ [`key ${i}`]: i }));
          const patches = keys.map((key) => other.patch(id, key, {}));
          expect(await Promise.all(patches)).toEqual(['ok', 'ok', 'ok']);
        },
        { client: strict },
      );
      expect((await store.read(id))?.revision).toBe(3);
    });
  });

  function deadlocks(): Promise<unknown> {
    return database.value(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
  }
});

describe('the ending of everyone', () => {
  test('ends or refuses an insert that has just looked at the epoch', async () => {
    const schema = 'overtaken';
    await migratePostgres({ client: pool, schema });
    // The same, but a sign-in takes its time after it has read the epoch.
    await pool.query(`ALTER FUNCTION ${schema}.lock_user(text, bigint) RENAME TO lock_user_at_once;
      CREATE FUNCTION ${schema}.lock_user(p_user text, p_now bigint) RETURNS text
      LANGUAGE plpgsql AS $$ DECLARE answer text; BEGIN
        answer := ${schema}.lock_user_at_once(p_user, p_now);
        PERFORM pg_sleep(0.5);
        RETURN answer;
      END $$`);
    await withStore(
      async (store) => {
        const epoch = await store.epoch('user');
        const record = recordOf();
        const inserting = store.insert(record, { epoch });
        await sleep(150);
        await store.endEveryone();
        await inserting;
        expect(await store.read(record.id)).toBeNull();
        expect(await store.list('user')).toEqual([]);
      },
      { schema },
    );
  });
});

describe('round trips', () => {
  test('every verb is one, by what the server says: it is ready for a query once', async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    let trips = 0;
    client.connection.on('readyForQuery', () => (trips += 1));
    await withStore(
      async (store) => {
        await store.sweep(1);
        const record = recordOf({ userId: 'tripper' });
        const { id, renewal } = record;
        const replaces = { id, until: Date.now() + HOUR };
        const limit = { max: 1, over: 'end-oldest' } as const;
        const verbs: readonly (() => unknown)[] = [
          () => store.epoch('tripper'),
          () => store.insert(record, {}),
          () => store.read(id),
          () => store.patch(id, change({ a: 1 }, ['b']), {}),
          () => store.patch(id, change({ a: 1 }), { ifRevision: 9 }),
          () => store.renew(id, renewal, offered(renewal, 'a')),
          () => store.bind(id, null, 'key'),
          () => store.touch([{ id, seen: Date.now() + 9 }]),
          () => store.insert(recordOf({ userId: 'tripper' }), { replaces, limit, epoch: 'x' }),
          () => store.insert(recordOf({ userId: 'tripper' }), { replaces, limit }),
          () => store.list('tripper'),
          () => store.end([id, newId('tripper')]),
          () => store.endUser('tripper', { except: id }),
          () => store.changeEpoch('tripper'),
          () => store.endEveryone(),
          () => store.sweep(1),
        ];
        for (const verb of verbs) {
          trips = 0;
          await verb();
          expect([String(verb), trips]).toEqual([String(verb), 1]);
        }
      },
      { client },
    );
    await client.end();
  });

  test.each([true, false])('statements are prepared: %s', async (prepare) => {
    const client = new pg.Client(database.url);
    await client.connect();
    await withStore(async (store) => void (await store.read(newId(null))), { client, prepare });
    const { rows } = await client.query<{ name: string }>(
      'SELECT name FROM pg_prepared_statements',
    );
    expect(rows).toEqual(prepare ? [{ name: 'countersign_read' }] : []);
    await client.end();
  });
});

describe('durability', () => {
  test('endings wait for the disk where the application does not, touches do not where it does', async () => {
    const client = await pool.connect();
    const settingAfter = async (standard: string, call: string): Promise<unknown> => {
      await client.query('BEGIN');
      await client.query(`SET LOCAL synchronous_commit = ${standard}`);
      await client.query(`SELECT countersign.${call}`);
      const { rows } = await client.query<{ setting: string }>(
        `SELECT current_setting('synchronous_commit') AS setting`,
      );
      await client.query('ROLLBACK');
      return rows[0]?.setting;
    };
    const endings = [
      `end_sessions(0, NULL, '{a}')`,
      `end_user(0, NULL, 'a', NULL)`,
      `change_epoch(0, 'a')`,
      'end_everyone(NULL)',
    ];
    for (const call of endings) {
      expect(await settingAfter('off', call)).toBe('on');
      expect(await settingAfter('remote_apply', call)).toBe('remote_apply');
    }
    const touch = `touch_sessions(0, '{a}', '{1}')`;
    expect(await settingAfter('on', touch)).toBe('off');
    expect(await settingAfter('off', `patch_session(0, NULL, 'a', '{}', '{}', NULL)`)).toBe('off');
    client.release();
  });
});

describe('values', () => {
  test('values of the data keep their text, also those that a patch does not touch', async () => {
    await withStore(async (store) => {
      const values = String.raw`"big":9007199254740993123456789,"e":1E400,"nul":"\u0000","half":"\ud800","z":-0.0`;
      const { id } = recordOf();
      await store.insert(recordOf({ id, data: `{${values}}` }), {});
      await store.patch(id, { set: new Map([['new\u0000', '[1E2]']]), remove: new Set() }, {});
      const data = (await store.read(id))?.data ?? '';
      for (const pair of [...values.split(','), String.raw`"new\u0000":[1E2]`]) {
        expect(data).toContain(pair);
      }
    });
  });

  test('a user id that no index could hold is as good as any', async () => {
    await withStore(async (store) => {
      // Text that compression makes no shorter.
      const userId = times(1_024, (i) =>
        String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000)),
      ).join('');
      const { id } = recordOf();
      await store.insert(recordOf({ id, userId }), { epoch: await store.epoch(userId) });
      expect((await store.list(userId)).map((record) => record.userId)).toEqual([userId]);
      expect(await store.endUser(userId, {})).toEqual([id]);
    });
  });

  test('an id that nobody made is missing, whatever it looks like', async () => {
    await withStore(async (store) => {
      for (const id of ['', '\u0000', '\ud800', '{}', "'; --", '"', '\\', 'x'.repeat(10_000)]) {
        expect(await store.read(id)).toBeNull();
        expect(await store.patch(id, change({ a: 1 }), {})).toBe('missing');
        expect(await store.end([id])).toEqual([]);
        await store.touch([{ id, seen: 1 }]);
      }
    });
  });
});

describe('sweeping', () => {
  test('sessions that everyone’s ending left are swept, though they would have lived on', async () => {
    await withStore(async (store) => {
      await Promise.all(times(5, () => store.insert(recordOf(), {})));
      await store.endEveryone();
      const left = recordOf();
      await store.insert(left, {});
      let swept = 0;
      for (let now = -1; now !== 0; swept += now) now = await store.sweep(3);
      expect(swept).toBeGreaterThanOrEqual(5);
      expect(await database.value('SELECT count(*)::int FROM countersign.sessions')).toBe(1);
      expect(await store.read(left.id)).toEqual(left);
    });
  });

  test('a timer sweeps sessions, and forgets epochs when no ticket can hold them', async () => {
    const clock = createFakeClock(Date.now());
    const users = (): Promise<unknown> =>
      database.value(`SELECT count(*)::int FROM countersign.users WHERE user_key = 'forgotten'`);
    const sessions = (id: string): Promise<unknown> =>
      database.value('SELECT count(*)::int FROM countersign.sessions WHERE id = $1', [id]);
    await withStore(
      async (store) => {
        const { id } = recordOf();
        await store.insert(recordOf({ id, expiresAt: clock.now() + 1_000 }), {});
        await store.changeEpoch('forgotten');
        clock.advance(30_000);
        await expect.poll(() => sessions(id)).toBe(0);
        clock.advance(35 * HOUR);
        await store.sweep(1);
        await sleep(100);
        expect(await users()).toBe(1);
        await expect
          .poll(async () => {
            clock.advance(HOUR);
            return users();
          })
          .toBe(0);
      },
      { clock },
    );
    expect(clock.waiting).toBe(0);
  });

  test('asking for an epoch keeps it', async () => {
    const clock = createFakeClock(Date.now());
    await withStore(
      async (store) => {
        await store.changeEpoch('asked for');
        const epoch = await store.epoch('asked for');
        for (let hours = 0; hours < 60; hours += 10) {
          clock.advance(10 * HOUR);
          expect(await store.epoch('asked for')).toBe(epoch);
          await database.value('SELECT countersign.forget_users($1, 100)', [
            clock.now() - 36 * HOUR,
          ]);
        }
        expect(await store.epoch('asked for')).toBe(epoch);
      },
      { clock },
    );
  });
});

test('closing leaves the pool to its owner', async () => {
  const store = postgresStore({ client: pool });
  await store.list('user');
  store.close();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(() => store.subscribe?.({ ended: () => 0, everything: () => 0 })).toThrow('was closed');
});

test('sessions work on it from the sign-in over renewals to the ending of the others', async () => {
  const clock = createFakeClock(Date.now());
  const store = postgresStore({ client: pool, clock });
  const sessions = createSessions<Data>({ store, keys: [KEY], clock });
  const [laptop, phone, tablet] = [1, 2, 3].map(() => new Browser(sessions));
  if (laptop === undefined || phone === undefined || tablet === undefined) throw new Error();
  await laptop.visit((session) => session.set('cart', ['tea']));
  await laptop.visit((session) => session.signIn('anna', { carry: ['cart'] }));
  await phone.signIn('anna');
  await tablet.signIn('anna');
  const first = laptop.token;
  for (let minutes = 0; minutes < 60; minutes += 5) {
    clock.advance(5 * MINUTE);
    await Promise.all([laptop.visit(), phone.visit(), tablet.visit()]);
  }
  expect(laptop.token).not.toBe(first);
  await laptop.visit((session) => session.update((data) => ({ ...data, b: (data.b ?? 0) + 1 })));
  const session = await laptop.send();
  expect([session.userId, session.data]).toEqual(['anna', { cart: ['tea'], b: 1 }]);
  expect((await session.list()).length).toBe(3);
  expect(await session.endOthers()).toBe(2);
  expect((await laptop.send()).userId).toBe('anna');
  expect((await phone.send()).userId).toBeNull();
  expect((await tablet.send()).userId).toBeNull();
  await sessions.endEveryone();
  expect((await laptop.send()).userId).toBeNull();
  await sessions.close();
});
