// Conformance: what a store tells its subscribers, of this connection's changes and of another's. A store
// without `subscribe` promises nothing here, and passes.

import assert from 'node:assert/strict';

import type { SessionId } from '../../session/record.js';
import type { SessionStore } from '../../session/store.js';
import {
  change,
  offered,
  peerCase,
  promoted,
  storeCase,
  type CaseContext,
  type StoreCase,
} from './store-case.js';

const HEARTBEAT_MS = 1_000;

export const announcementCases: readonly StoreCase[] = [
  storeCase('a subscriber hears of every ending once the verb has answered', async (context) => {
    const { store } = context;
    const heard = listen(store);
    const guard = { limit: { max: 1, over: 'end-oldest' } } as const;
    const byLimit = await context.add({ userId: 'limited' });
    await context.add({ userId: 'limited' }, guard);
    heard.expect([byLimit.id]);
    for (const endings of endingsOf(store, context)) heard.expect(await endings());
  }),

  storeCase('a subscriber hears of every change once the verb has answered', async (context) => {
    const { store } = context;
    const heard = listen(store);
    const { id, acts } = await changesOf(store, context);
    for (const [name, act] of acts) {
      heard.forget();
      await act();
      heard.expect([id], name);
    }
  }),

  storeCase('a subscriber that stopped hears nothing more', async (context) => {
    const { store } = context;
    const [first, second] = [listen(store), listen(store)];
    first.stop();
    first.forget();
    const { id } = await context.add();
    await store.patch(id, change({ a: 1 }), {});
    await store.end([id]);
    first.expectSilence();
    second.expect([id]);
    second.stop();
  }),

  storeCase('signs of life come as often as they were asked for', async (context) => {
    const { store, clock } = context;
    const signs: { readonly at: number; readonly now: number }[] = [];
    const stop = store.subscribe?.(
      {
        ended: () => undefined,
        everything: () => undefined,
        heard: (at) => signs.push({ at, now: clock.now() }),
      },
      { heartbeat: HEARTBEAT_MS },
    );
    if (stop === undefined) return;
    await context.eventually('a sign of life', () => signs.length > 0);
    if (signs[0]?.at === Number.POSITIVE_INFINITY) return;
    for (let count = 0; count < 3; count += 1) {
      const last = signs.at(-1)?.at ?? 0;
      await context.eventually('a further sign of life', () => (signs.at(-1)?.at ?? 0) > last);
    }
    for (const { at, now } of signs) assert.ok(at <= now, `heard of ${at - now} ms ahead`);
    stop();
  }),
];

export const foreignAnnouncementCases: readonly StoreCase[] = [
  peerCase('an ending over one connection is heard over the other', async (context) => {
    const peer = await context.openPeer();
    const heard = listen(context.store);
    for (const ending of endingsOf(peer, context)) {
      heard.forget();
      const ids = await ending();
      await context.eventually('the ending is heard', () => heard.has(ids));
    }
    heard.stop();
  }),

  peerCase('a change over one connection is heard over the other', async (context) => {
    const peer = await context.openPeer();
    const heard = listen(context.store);
    const { id, acts } = await changesOf(peer, context);
    for (const [name, act] of acts) {
      heard.forget();
      await act();
      await context.eventually(`${name} is heard`, () => heard.has([id]));
    }
    heard.stop();
  }),

  peerCase('what was done before a sign of life has been told by then', async (context) => {
    const { store, clock } = context;
    const peer = await context.openPeer();
    const heard = listen(store);
    const { id } = await context.add();
    let doneAt = Number.POSITIVE_INFINITY;
    let wasTold: boolean | undefined;
    let isForever = false;
    const stop = store.subscribe?.(
      {
        ended: () => undefined,
        everything: () => undefined,
        heard: (at) => {
          isForever ||= at === Number.POSITIVE_INFINITY;
          if (at > doneAt) wasTold ??= heard.has([id]);
        },
      },
      { heartbeat: HEARTBEAT_MS },
    );
    if (stop === undefined) return;
    for (let round = 0; round < 5; round += 1) {
      heard.forget();
      await peer.patch(id, change({ round }), {});
      wasTold = isForever ? heard.has([id]) : undefined;
      doneAt = clock.now();
      clock.advance(1);
      await context.eventually('a sign of life after the change', () => wasTold !== undefined);
      assert.equal(wasTold, true, 'heard before the change was told');
      doneAt = Number.POSITIVE_INFINITY;
    }
    stop();
  }),
];

/** Ways to end sessions; each makes them over the store under test, ends them over `over` and gives their ids. */
function endingsOf(
  over: SessionStore,
  context: CaseContext,
): readonly (() => Promise<readonly SessionId[]>)[] {
  const add = async (userId: string | null): Promise<SessionId> =>
    (await context.add({ userId })).id;
  return [
    async () => {
      const ids = [await add('user')];
      await over.end(ids);
      return ids;
    },
    async () => {
      const ids = [await add('user'), await add('user')];
      await over.endUser('user', {});
      return ids;
    },
    async () => {
      const ids = [await add(null)];
      await over.endEveryone();
      return ids;
    },
  ];
}

interface Changes {
  readonly id: SessionId;
  readonly acts: readonly (readonly [string, () => Promise<void>])[];
}

/** A new session, and changes of it by every verb, in an order in which each is accepted. */
export async function changesOf(over: SessionStore, context: CaseContext): Promise<Changes> {
  const { id, renewal } = await context.add();
  const offer = offered(renewal, 'a');
  const until = context.clock.now() + 60_000;
  const acts: readonly (readonly [string, () => unknown])[] = [
    ['a patch', () => over.patch(id, change({ a: 1 }), {})],
    ['a guarded patch', () => over.patch(id, change({ a: 2 }), { ifRevision: 1 })],
    ['an offer', () => over.renew(id, renewal, offer)],
    ['a promotion', () => over.renew(id, offer, promoted(offer, context.clock.now()))],
    ['a binding', () => over.bind(id, null, 'key')],
    ['a replacement', () => over.insert(context.record(), { replaces: { id, until } })],
  ];
  const done = async (name: string, act: () => unknown): Promise<void> => {
    const result = await act();
    const isDone = result === 'ok' || (typeof result === 'object' && result !== null);
    assert.ok(isDone, `${name} was refused`);
  };
  return { id, acts: acts.map(([name, act]) => [name, () => done(name, act)]) };
}

interface Heard {
  /** Whether all of these were told, by id or as everything. A store that cannot tell is not asked to. */
  has(ids: readonly SessionId[]): boolean;
  expect(ids: readonly SessionId[], what?: string): void;
  expectSilence(): void;
  forget(): void;
  stop(): void;
}

/** Collects what a store tells. */
function listen(store: SessionStore): Heard {
  const told = new Set<SessionId>();
  let everything = false;
  const note = (ids: readonly SessionId[]): void => ids.forEach((id) => told.add(id));
  const stop = store.subscribe?.({
    ended: note,
    changed: note,
    everything: () => (everything = true),
  });
  const missing = (ids: readonly SessionId[]): readonly SessionId[] =>
    everything || stop === undefined ? [] : ids.filter((id) => !told.has(id));
  return {
    has: (ids) => missing(ids).length === 0,
    expect(ids, what = 'an ending') {
      assert.deepEqual(missing(ids), [], `${what} was not told`);
      everything = false;
    },
    expectSilence() {
      assert.deepEqual([[...told], everything], [[], false]);
    },
    forget() {
      told.clear();
      everything = false;
    },
    stop: () => stop?.(),
  };
}
