// A thousand guesses at the same moment: no more of them are judged than if they had come one after the
// other (G40, G47, G71; ASVS 6.3.1), at one doorkeeper and at two that share their counters.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  startPostgres,
  type PostgresServer,
} from '../../../countersign/test/services/postgres-server.js';
import { redisCommand } from '../../../countersign/test/services/redis-command.js';
import { startRedis, type RedisServer } from '../../../countersign/test/services/redis-server.js';
import { NAME, PASSWORD, type Door } from '../web/door.js';
import { Visitor } from '../web/visitor.js';
import { countingHasher, guessAtOnce, guessInTurn, TARGETS } from './guesses.js';
import { isIn, openHouse } from './house.js';
import { openTwoHouses } from './shared-doors.js';

const GUESSES = 1_000;
/** Of two doorkeepers with ten connections each: nobody waits long for one, or in vain (503). */
const AT_ONCE = 40;

let postgres: PostgresServer;
let redis: RedisServer;

beforeAll(async () => {
  postgres = await startPostgres();
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
  await postgres.stop();
});

describe.each(TARGETS)('a thousand guesses at $name', (target) => {
  it('count as many as they are, at the same moment as in turn (G47)', async () => {
    const slow = await openHouse();
    const inTurn = await guessInTurn(slow, await target.prepare(slow));
    expect(inTurn.at(-1)).toBe(429);
    const judged = inTurn.length - 1;
    expect(inTurn.slice(0, -1)).toEqual(Array<number>(judged).fill(target.wrong));
    expect(judged).toBeLessThanOrEqual(50);

    const { hasher, runs } = countingHasher();
    const door = await openHouse({ hasher });
    const guess = await target.prepare(door);
    const before = runs();
    const pages = await guessAtOnce([door], guess, GUESSES);
    const statuses = pages.map(({ status }) => status);
    expect(statuses.filter((status) => status === target.wrong)).toHaveLength(judged);
    expect(statuses.filter((status) => status === 429)).toHaveLength(GUESSES - judged);
    expect(runs() - before).toBeLessThanOrEqual(judged);
    for (const { status, headers } of pages)
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe.each([
  ['PostgreSQL', () => undefined],
  ['PostgreSQL and Redis', () => redis.url],
])('many guesses over two doorkeepers on one %s', (_name, sessions) => {
  // One for each of the counters: by account and by network, of passwords, codes and links.
  const some = TARGETS.filter((_, index) => [0, 1, 3, 6].includes(index));
  it.each(some)('at $name count as many as they are (G47)', async (target) => {
    const slow = await openHouse();
    const judged = (await guessInTurn(slow, await target.prepare(slow))).length - 1;
    await redisCommand(redis.port, 'FLUSHALL');
    const { hasher, runs } = countingHasher();
    const database = await postgres.createDatabase();
    const doors = await openTwoHouses({ database, sessions: sessions() }, { hasher });
    const guess = await target.prepare(doors[0]);
    const before = runs();
    const guesses = target === passwordTarget() ? GUESSES : GUESSES / 5;
    const statuses: number[] = [];
    while (statuses.length < guesses) {
      const pages = await guessAtOnce(doors, guess, AT_ONCE, statuses.length);
      statuses.push(...pages.map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === target.wrong)).toHaveLength(judged);
    expect(statuses.filter((status) => status === 429)).toHaveLength(guesses - judged);
    expect(runs() - before).toBeLessThanOrEqual(judged);
  });
});

describe('a thousand wrong passwords at the same moment', () => {
  it('leave the owner on a known device unhindered, and make others wait (G46)', async () => {
    const door = await openHouse();
    const guess = await passwordTarget().prepare(door);
    const owner = new Visitor(door.app);
    await owner.post('/sign-in', { name: NAME, password: PASSWORD });
    await owner.post('/sign-out');
    await guessAtOnce([door], guess, GUESSES);
    const stranger = new Visitor(door.app, { address: '203.0.113.1' });
    expect(await statusOfSignIn(stranger)).toBe(429);
    expect(await statusOfSignIn(owner)).toBe(303);
    expect(await isIn(owner)).toBe(true);
    await waited(door);
    expect(await statusOfSignIn(stranger)).toBe(303);
  });
});

function passwordTarget() {
  const [target] = TARGETS;
  if (target === undefined) throw new Error('There is nothing to guess at');
  return target;
}

async function statusOfSignIn(visitor: Visitor): Promise<number> {
  return (await visitor.post('/sign-in', { name: NAME, password: PASSWORD })).status;
}

/** The thousand did not make the wait longer than the first few of them. */
async function waited(door: Door): Promise<void> {
  await door.flows.settled();
  door.clock.advance(60_000);
}
