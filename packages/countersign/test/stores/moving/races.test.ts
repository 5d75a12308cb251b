// Nodes in the first and in the second step of a move at the same time, with questions and answers of
// all verbs in any order: the promises that have to hold meanwhile.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SessionRecord } from '../../../src/session/record.js';
import type { InsertGuard, InsertResult, SessionStore } from '../../../src/session/store.js';
import { across, twoStores, type TwoStores } from './two-stores.js';

const RUNS = 100;

/** Runs a race in many orders. `prepare` is not raced; what it returns is, all at once. */
async function inEveryOrder(
  prepare: (stores: TwoStores) => Promise<readonly (() => Promise<unknown>)[]>,
  check: (stores: TwoStores) => void,
): Promise<void> {
  const order = fc.scheduler();
  await fc.assert(
    fc.asyncProperty(order, async (scheduler) => {
      const stores = twoStores({ between: (store) => across(scheduler, store) });
      const preparing = prepare(stores);
      await scheduler.waitFor(preparing);
      const racing = Promise.all((await preparing).map((run) => run()));
      await scheduler.waitFor(racing);
      check(stores);
    }),
    { numRuns: RUNS },
  );
}

const limited = (max: number, over: 'refuse' | 'end-oldest') => ({ limit: { max, over } }) as const;

function sessionsIn({ from, to }: TwoStores): readonly SessionRecord[] {
  return [...from.list('user'), ...to.list('user')];
}

describe('while half of the nodes insert into the new store', () => {
  it('an "end all" leaves no session whose sign-in began before it', async () => {
    await inEveryOrder(
      async ({ early, late, record }) => {
        await early.insert(record(), {});
        await late.insert(record(), {});
        const tickets = [await early.epoch('user'), await late.epoch('user')];
        const signIns = [early, late, early, late].map(
          (node, i) => () => node.insert(record(), { epoch: tickets[i % 2] ?? '' }),
        );
        return [...signIns.slice(0, 2), () => late.endUser('user', {}), ...signIns.slice(2)];
      },
      (stores) => expect(sessionsIn(stores)).toEqual([]),
    );
  });

  it('"end everyone" leaves none either', async () => {
    await inEveryOrder(
      async ({ early, late, record }) => {
        const epoch = await early.epoch('user');
        return [
          () => early.insert(record(), { epoch }),
          () => late.insert(record(), { epoch }),
          () => early.endEveryone(),
        ];
      },
      (stores) => expect(sessionsIn(stores)).toEqual([]),
    );
  });

  it('a sign-out that races a re-authentication leaves neither session nor successor', async () => {
    await inEveryOrder(
      async ({ early, late, record, clock }) => {
        const inOld = record();
        const inNew = record();
        await early.insert(inOld, {});
        await late.insert(inNew, {});
        const follow =
          (node: SessionStore, { id, lineage }: SessionRecord) =>
          async () =>
            node.insert(record({ lineage }), { replaces: { id, until: clock.now() + 60_000 } });
        return [
          follow(early, inOld),
          follow(late, inOld),
          () => endChain(late, inOld),
          follow(early, inNew),
          follow(late, inNew),
          () => endChain(early, inNew),
        ];
      },
      (stores) => expect(sessionsIn(stores)).toEqual([]),
    );
  });

  it('a limit that refuses is never exceeded', async () => {
    const results: InsertResult[] = [];
    await inEveryOrder(
      async (stores) => {
        results.length = 0;
        return insertsByBoth(stores, limited(3, 'refuse'), results);
      },
      (stores) => {
        const left = sessionsIn(stores);
        expect(left.length).toBeLessThanOrEqual(3);
        expect(results.filter(({ ok }) => ok)).toHaveLength(left.length - 1);
      },
    );
  });

  it('a limit that ends the oldest leaves exactly the newest', async () => {
    await inEveryOrder(
      async (stores) => insertsByBoth(stores, limited(3, 'end-oldest'), []),
      (stores) => {
        const left = sessionsIn(stores).map(({ createdAt }) => createdAt - stores.clock.now());
        expect(left.toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
      },
    );
  });

  it('a limit that ends the oldest ends no more than that, among sessions of the same moment', async () => {
    await inEveryOrder(
      async ({ early, late, record, clock }) => {
        const guard = limited(3, 'end-oldest');
        return [early, late, early, late].map((node) => {
          const mine = record({ createdAt: clock.now() });
          return () => node.insert(mine, guard);
        });
      },
      (stores) => expect(sessionsIn(stores)).toHaveLength(3),
    );
  });

  it('each write to a session is done once, wherever the session is', async () => {
    const seen: SessionRecord[] = [];
    await inEveryOrder(
      async ({ early, late, record }) => {
        const records = [record(), record()] as const;
        await early.insert(records[0], {});
        await late.insert(records[1], {});
        const patch = (node: SessionStore, key: string) =>
          records.map(({ id }) => async () => {
            const change = { set: new Map([[key, '1']]), remove: new Set<string>() };
            expect(await node.patch(id, change, {})).toBe('ok');
          });
        return [...patch(early, 'a'), ...patch(late, 'b'), ...patch(early, 'c')];
      },
      (stores) => {
        seen.push(...sessionsIn(stores));
        for (const { revision, data } of sessionsIn(stores)) {
          expect([revision, Object.keys(JSON.parse(data) as object).toSorted()]).toEqual([
            3,
            ['a', 'b', 'c'],
          ]);
        }
      },
    );
    expect(seen).toHaveLength(2 * RUNS);
  });
});

/** As the session layer ends a session with what it replaced and what replaced it. */
async function endChain(node: SessionStore, { id, lineage }: SessionRecord): Promise<void> {
  let chain: readonly string[] = [id];
  while (chain.length > 0) {
    await node.end(chain);
    const left = await node.list('user');
    chain = left.filter((other) => other.lineage === lineage).map((other) => other.id);
  }
}

/** One session in the old store, then four more by nodes of both kinds. */
async function insertsByBoth(
  { early, late, record }: TwoStores,
  guard: InsertGuard,
  results: InsertResult[],
): Promise<readonly (() => Promise<unknown>)[]> {
  await early.insert(record(), guard);
  return [early, late, early, late].map((node) => {
    const mine = record();
    return async () => results.push(await node.insert(mine, guard));
  });
}
