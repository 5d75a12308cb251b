import { CountersignError } from 'countersign';
import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { Mistake } from '../../src/mistake.js';
import { explainPostgres } from '../../src/setup/postgres.js';
import { explainRedis, kindIn } from '../../src/setup/redis.js';
import { reach } from '../../src/setup/reach.js';

const PLACE = 'PostgreSQL at db.example:5432';

function withCode(code: string, message = 'hunter2'): Error {
  return Object.assign(new Error(message), { code });
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('It was taken');
}

interface Reached {
  readonly result: unknown;
  readonly said: readonly string[];
  /** Milliseconds from the first try to the last. */
  readonly took: number;
  readonly tries: number;
}

/** Tries until `fails` has no more errors, on a clock that moves by itself. */
async function tryToReach(
  fails: readonly (Error | undefined)[],
  patience = 30_000,
): Promise<Reached> {
  const clock = createFakeClock();
  const said: string[] = [];
  const start = clock.now();
  let tries = 0;
  const attempt = (): Promise<string> => {
    const error = fails[Math.min(tries, fails.length - 1)];
    tries += 1;
    return error === undefined ? Promise.resolve('open') : Promise.reject(error);
  };
  const reaching = reach(attempt, {
    place: PLACE,
    explain: (error) => explainPostgres(error, '--database'),
    patience,
    clock,
    say: (line) => said.push(line),
  });
  const state = { isOver: false };
  const result = reaching
    .catch((error: unknown) => error)
    .finally(() => {
      state.isOver = true;
    });
  while (!state.isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!state.isOver) clock.advance(100);
  }
  return { result: await result, said, took: clock.now() - start, tries };
}

describe('reaching a server at start', () => {
  it('waits for one that is starting, and says so once', async () => {
    const refused = withCode('ECONNREFUSED');
    const reached = await tryToReach([refused, refused, withCode('57P03'), undefined]);
    expect(reached.result).toBe('open');
    expect(reached.said).toEqual([
      `${PLACE}: nothing listens there. Waiting for up to 30 seconds …`,
    ]);
  });

  it('gives up in time, with the reason and the remedy', async () => {
    const { result, took, tries } = await tryToReach([withCode('ECONNREFUSED')], 3_000);
    expect(result).toBeInstanceOf(Mistake);
    expect(result).toMatchObject({
      exitCode: 1,
      message: `${PLACE} cannot be used: nothing listens there, for 3 seconds now.\nStart the server, or put host and port in --database right.`,
    });
    expect(took).toBeLessThanOrEqual(3_500);
    expect(tries).toBe(7);
  });

  it('tries once when it shall not wait', async () => {
    const { tries, said } = await tryToReach([withCode('ECONNREFUSED')], 0);
    expect([tries, said]).toEqual([1, []]);
  });

  it.each([
    ['a refused password', withCode('28P01'), 'it refuses this user or password'],
    ['a missing database', withCode('3D000'), 'it has no database of this name'],
    ['a missing privilege', withCode('42501'), 'this user may not set up the schema'],
    [
      'a missing password',
      new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
      'it asks for a password, and none was given',
    ],
    [
      'a server without TLS',
      new Error('The server does not support SSL connections'),
      'it speaks no TLS',
    ],
    [
      'a certificate',
      withCode('DEPTH_ZERO_SELF_SIGNED_CERT'),
      'its TLS certificate is not trusted',
    ],
    ['anything else', withCode('XX000', 'it is on fire'), 'it is on fire'],
  ])('does not wait for %s to go away', async (_name, error, reason) => {
    const { result, tries } = await tryToReach([error]);
    expect(tries).toBe(1);
    expect(result).toBeInstanceOf(Mistake);
    expect(String(result)).toContain(`${PLACE} cannot be used: ${reason}`);
    expect(String(result)).toMatch(/\n[A-Z].{15,}\.$/);
    expect(String(result)).not.toContain('hunter2');
  });

  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', false],
    ['NOAUTH HELLO must be called with the client already authenticated', false],
    ['ERR AUTH <password> called without any password configured for the default user.', false],
    ['NOPERM this user has no permissions to run the ping command', false],
    ['ERR DB index is out of range', false],
    ['LOADING Redis is loading the dataset in memory', true],
    ['CLUSTERDOWN The cluster is down', true],
    ['Connection timeout', true],
    ['Socket closed unexpectedly', true],
    ['No answer within 2 seconds', true],
  ])('knows of Redis: %s', (message, isPassing) => {
    const trouble = explainRedis(new Error(message), 'COUNTERSIGN_SESSIONS');
    expect(trouble?.isPassing).toBe(isPassing);
    expect(trouble?.remedy).not.toContain('{name}');
    expect(explainRedis(new Error('ERR something else'), '--sessions')).toBeUndefined();
  });

  it('knows what a Redis server is by what it says of itself', () => {
    expect(kindIn('redis_version:7.0.15\r\nrole:master\r\ncluster_enabled:0\r\n')).toBe('server');
    expect(kindIn('redis_version:6.2.0\r\nrole:slave\r\ncluster_enabled:1\r\n')).toBe('cluster');
    expect(kindIn('')).toBe('server');
    for (const [info, reason] of [
      ['redis_version:6.0.16\r\n', 'it is older than Redis 6.2'],
      ['redis_version:5.9.0\r\n', 'it is older than Redis 6.2'],
      ['redis_version:7.2.4\r\nrole:slave\r\n', 'it is a replica, which takes no writes'],
    ] as const) {
      const error = errorOf(() => kindIn(info));
      expect(explainRedis(error, '--sessions')).toMatchObject({ reason, isPassing: false });
    }
  });

  it('looks through the wrappings of an error', async () => {
    const cause = new AggregateError([withCode('ECONNREFUSED')], '');
    const error = new CountersignError('store-unavailable', 'The store is not ready.', { cause });
    expect((await tryToReach([error], 0)).result).toMatchObject({
      message: expect.stringContaining('nothing listens there') as unknown,
    });
  });

  it('leaves what the library says of its own schema as it is', async () => {
    const error = new CountersignError('configuration', 'schema: "countersign" is newer');
    expect((await tryToReach([error])).result).toBe(error);
  });
});
