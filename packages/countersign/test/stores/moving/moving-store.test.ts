// What a store of two does that the suite for any store cannot know.

import { describe, expect, it } from 'vitest';

import type { SessionRecord } from '../../../src/session/record.js';
import type { SessionStore } from '../../../src/session/store.js';
import { memoryStore } from '../../../src/stores/memory/session-store.js';
import { movingStore } from '../../../src/stores/moving/moving-store.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { faulty } from '../planted-faults/fault.js';
import { twoStores } from './two-stores.js';

const HOUR = 3_600_000;
const refuse = (max: number) => ({ limit: { max, over: 'refuse' } }) as const;
const endOldest = (max: number) => ({ limit: { max, over: 'end-oldest' } }) as const;

describe('a new session', () => {
  it('goes where `insertInto` says, an anonymous one too', async () => {
    const { from, to, early, late, record } = twoStores();
    const [first, second] = [record(), record({ userId: null })];
    await early.insert(first, {});
    await late.insert(second, {});
    expect([from.size, to.size]).toEqual([1, 1]);
    expect([from.read(first.id), to.read(second.id)]).toEqual([first, second]);
  });

  it('that replaces another stays with it, whichever store that is', async () => {
    const { from, to, early, late, record, clock } = twoStores();
    const until = clock.now() + 60_000;
    const [inOld, inNew] = [record(), record()];
    await early.insert(inOld, {});
    await late.insert(inNew, {});
    for (const [node, before, home] of [
      [late, inOld, from],
      [early, inNew, to],
    ] as const) {
      const epoch = await node.epoch('user');
      const after = record();
      const guard = { epoch, replaces: { id: before.id, until }, ...endOldest(9) };
      expect(await node.insert(after, guard)).toEqual({ ok: true, ended: [] });
      expect(home.read(after.id)).toEqual(after);
      expect(home.read(before.id)).toMatchObject({ replaced: true, expiresAt: until });
    }
  });

  it('is never a copy: nothing that is done to a session takes it to the other store', async () => {
    const { from, to, early, late, record, clock } = twoStores();
    const mine = record();
    await early.insert(mine, {});
    for (const node of [early, late]) {
      await node.patch(mine.id, { set: new Map([['a', '1']]), remove: new Set() }, {});
      await node.touch([{ id: mine.id, seen: clock.now() + 5_000 }]);
      await node.read(mine.id, { fresh: true });
    }
    expect([from.size, to.size]).toEqual([1, 0]);
  });
});

describe('the epoch', () => {
  it('is one for nodes of both kinds, and changes with either store', async () => {
    const { from, to, early, late } = twoStores();
    const seen = [await early.epoch('user')];
    expect(await late.epoch('user')).toBe(seen[0]);
    for (const change of [
      () => from.changeEpoch('user'),
      () => to.changeEpoch('user'),
      () => from.endUser('user', {}),
      () => to.endEveryone(),
    ]) {
      change();
      seen.push(await late.epoch('user'));
    }
    expect(new Set(seen).size).toBe(5);
  });

  it.each(['[]', '["a"]', '["a","b","c"]', '[1,2]', '{"from":"a","to":"b"}', '"ab"'])(
    'is not %s',
    async (epoch) => {
      const { early, record } = twoStores();
      expect(await early.insert(record(), { epoch })).toEqual({ ok: false, reason: 'epoch' });
    },
  );

  it('with anything added to it is refused', async () => {
    const { late, record } = twoStores();
    const epoch = (await late.epoch('user')).replace(']', ',"c"]');
    expect(await late.insert(record(), { epoch })).toEqual({ ok: false, reason: 'epoch' });
  });

  it('of one store alone is refused: a sign-in begun before the move begins again', async () => {
    const { from, to, early, late, record } = twoStores();
    const refused = { ok: false, reason: 'epoch' };
    expect(await early.insert(record(), { epoch: from.epoch('user') })).toEqual(refused);
    expect(await late.insert(record(), { epoch: to.epoch('user') })).toEqual(refused);
  });
});

describe('a limit', () => {
  it('that ends the oldest counts both stores, and ends the oldest of both', async () => {
    const { early, late, record } = twoStores();
    const records = Array.from({ length: 6 }, () => record());
    const ended: (readonly string[])[] = [];
    for (const [i, node] of [early, late, early, late, late, early].entries()) {
      const result = await node.insert(records[i] ?? record(), endOldest(3));
      ended.push(result.ok ? result.ended : ['refused']);
    }
    const ids = records.map(({ id }) => id);
    expect(ended).toEqual([[], [], [], [ids[0]], [ids[1]], [ids[2]]]);
    expect((await late.list('user')).map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
  });

  it('that refuses counts both stores, but not what is replaced or expired', async () => {
    const { early, late, record, clock } = twoStores();
    const [first, second] = [record(), record()];
    await early.insert(first, refuse(2));
    await late.insert(second, refuse(2));
    const refused = { ok: false, reason: 'limit' };
    expect(await early.insert(record(), refuse(2))).toEqual(refused);
    expect(await late.insert(record(), refuse(2))).toEqual(refused);
    const replaces = { id: first.id, until: clock.now() + HOUR };
    expect(await late.insert(record(), { replaces, ...refuse(2) })).toMatchObject({ ok: true });
    expect(await late.insert(record(), refuse(2))).toEqual(refused);
    expect(await early.insert(record(), refuse(3))).toMatchObject({ ok: true });
    expect(await late.insert(record(), refuse(3))).toEqual(refused);
    clock.advance(HOUR);
    expect(await late.insert(record(), refuse(1))).toMatchObject({ ok: true });
  });

  it('that refuses lets the only session it allows be followed by another', async () => {
    const { from, early, late, record, clock } = twoStores();
    const mine = record();
    await early.insert(mine, {});
    const replaces = { id: mine.id, until: clock.now() + HOUR };
    const after = record();
    expect(await late.insert(after, { replaces, ...refuse(1) })).toEqual({ ok: true, ended: [] });
    expect(from.read(after.id)).toEqual(after);
  });

  it('that refuses takes a successor back for nobody: it adds none', async () => {
    const { clock, record, from, to } = twoStores();
    const mine = record();
    from.insert(mine, {});
    const busy = faulty(from, {
      insert: (...args) => {
        to.insert(record(), {}); // by a node of the other kind, at this very moment
        return from.insert(...args);
      },
    });
    const late = movingStore({ from: busy, to, insertInto: 'to' });
    const replaces = { id: mine.id, until: clock.now() + HOUR };
    const after = record();
    expect(await late.insert(after, { replaces, ...refuse(1) })).toEqual({ ok: true, ended: [] });
    expect(from.read(after.id)).toEqual(after);
  });

  it('keeps what a refused sign-in would have replaced', async () => {
    const { from, early, late, record, clock } = twoStores();
    const mine = record();
    await early.insert(mine, {});
    await late.insert(record(), {});
    const guard = { replaces: { id: mine.id, until: clock.now() + 1 }, ...refuse(1) };
    for (const node of [early, late]) {
      expect(await node.insert(record(), guard)).toEqual({ ok: false, reason: 'limit' });
    }
    expect(from.read(mine.id)).toEqual(mine);
  });
});

describe('list', () => {
  it('is of both stores, newest first', async () => {
    const { early, late, record } = twoStores();
    const records = Array.from({ length: 4 }, () => record());
    for (const [i, mine] of records.entries()) await (i % 2 === 0 ? late : early).insert(mine, {});
    for (const node of [early, late]) expect(await node.list('user')).toEqual(records.toReversed());
  });

  it('is no longer than that of one store', async () => {
    const { from, to, early, record } = twoStores();
    for (let i = 0; i < 600; i += 1) {
      from.insert(record(), {});
      to.insert(record(), {});
    }
    const listed = await early.list('user');
    const oldest = listed.at(-1)?.createdAt ?? 0;
    expect([listed.length, (listed[0]?.createdAt ?? 0) - oldest]).toEqual([1_000, 999]);
  });
});

describe('sweep', () => {
  it('removes from both stores, together no more than it was told', async () => {
    const { from, to, early, late, record, clock } = twoStores();
    for (const node of [early, early, late, late, late]) await node.insert(record(), {});
    clock.advance(HOUR - 1);
    expect(await late.sweep(9)).toBe(0);
    clock.advance(1);
    expect([from.size, to.size]).toEqual([0, 0]); // both have swept by themselves
  });

  it('shares out the limit', async () => {
    const asked: string[] = [];
    const part = (name: string, has: number): SessionStore =>
      faulty(memoryStore(), {
        sweep: (limit) => {
          asked.push(`${name} ${limit}`);
          return Math.min(has, limit);
        },
      });
    const sweep = (from: number, to: number): unknown =>
      movingStore({ from: part('from', from), to: part('to', to), insertInto: 'to' }).sweep(10);
    expect([await sweep(4, 3), await sweep(20, 3), await sweep(0, 0)]).toEqual([7, 10, 0]);
    expect(asked).toEqual(['from 10', 'to 6', 'from 10', 'from 10', 'to 10']);
  });
});

describe('what it can do', () => {
  const local = memoryStore();
  const remote = { ...faulty(memoryStore(), {}), remote: true };

  it('is remote when one of the two is', () => {
    const remoteOf = (from: SessionStore, to: SessionStore): boolean =>
      movingStore({ from, to, insertInto: 'to' }).remote;
    expect([remoteOf(local, memoryStore()), remoteOf(local, remote)]).toEqual([false, true]);
    expect(remoteOf(remote, local)).toBe(true);
  });

  it('answers reads at once when both stores do', async () => {
    const { early, late, record } = twoStores();
    const mine = record();
    await early.insert(mine, {});
    expect([early.read(mine.id), late.read(mine.id), late.read('none')]).toEqual([
      mine,
      mine,
      null,
    ]);
  });

  it('peeks where one can, and asks nobody', () => {
    const cached = makeRecord({ id: 'cached' });
    const peek = (id: string): SessionRecord | null => (id === 'cached' ? cached : null);
    const withCache: SessionStore = { ...remote, peek };
    for (const stores of [
      { from: local, to: withCache },
      { from: withCache, to: local },
    ]) {
      const store = movingStore({ ...stores, insertInto: 'to' });
      expect([store.peek?.('cached'), store.peek?.('other')]).toEqual([cached, null]);
    }
    expect(movingStore({ from: local, to: remote, insertInto: 'to' }).peek).toBeUndefined();
  });

  it('tells only when both can', () => {
    const { subscribe: _, ...mute } = faulty(memoryStore(), {});
    expect(movingStore({ from: local, to: mute, insertInto: 'to' }).subscribe).toBeUndefined();
    expect(movingStore({ from: mute, to: local, insertInto: 'to' }).subscribe).toBeUndefined();
    expect(movingStore({ from: local, to: remote, insertInto: 'to' }).subscribe).toBeDefined();
  });
});

describe('movingStore refuses, with the remedy', () => {
  const store = memoryStore();
  it.each<[string, object, RegExp]>([
    ['no options', {}, /from: is not a session store/],
    ['no `to`', { from: store, insertInto: 'to' }, /to: is not a session store/],
    ['one store twice', { from: store, to: store, insertInto: 'to' }, /to: is the same store/],
    [
      'no `insertInto`',
      { from: store, to: memoryStore() },
      /insertInto: .*'from' until every node/,
    ],
    ['another side', { from: store, to: memoryStore(), insertInto: 'both' }, /insertInto: /],
    ['another name', { from: store, to: memoryStore(), into: 'to' }, /into: is not an option/],
  ])('%s', (_, options, message) => {
    const construct = (): unknown => Reflect.apply(movingStore, undefined, [options]);
    expect(construct).toThrow(message);
    expect(construct).toThrow(expect.objectContaining({ code: 'configuration' }));
  });
});
