// Two memory stores and the nodes that move from the one to the other: what the tests of moving share.

import type { Scheduler } from 'fast-check';

import type { SessionRecord } from '../../../src/session/record.js';
import type { SessionStore } from '../../../src/session/store.js';
import { memoryStore, type MemoryStore } from '../../../src/stores/memory/session-store.js';
import { movingStore, type MovingStore } from '../../../src/stores/moving/moving-store.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { newId } from '../../../src/testing/session-store/store-case.js';

export interface TwoStores {
  readonly clock: FakeClock;
  readonly from: MemoryStore;
  readonly to: MemoryStore;
  /** A node in the first step of a move, and one in the second. */
  readonly early: MovingStore;
  readonly late: MovingStore;
  /** A record of `user` that lives for an hour, each made a millisecond after the one before. */
  readonly record: (fields?: Partial<SessionRecord>) => SessionRecord;
}

interface TwoStoresOptions {
  readonly clock?: FakeClock;
  /** Puts something between the nodes and each of the stores. */
  readonly between?: (store: SessionStore) => SessionStore;
}

export function twoStores({
  clock = createFakeClock(),
  between = (store) => store,
}: TwoStoresOptions = {}): TwoStores {
  const from = memoryStore({ clock });
  const to = memoryStore({ clock });
  const stores = { from: between(from), to: between(to) };
  let made = 0;
  return {
    clock,
    from,
    to,
    early: movingStore({ ...stores, insertInto: 'from' }),
    late: movingStore({ ...stores, insertInto: 'to' }),
    record: (fields = {}) => {
      made += 1;
      return makeRecord({
        id: newId('user'),
        createdAt: clock.now() + made,
        expiresAt: clock.now() + 3_600_000,
        ...fields,
      });
    },
  };
}

/** The store behind a network: the scheduler decides when a question arrives, and when its answer does. */
export function across(scheduler: Scheduler, store: SessionStore): SessionStore {
  const travel = async <T>(verb: () => T): Promise<Awaited<T>> => {
    await scheduler.schedule(Promise.resolve(), 'question');
    const answer = await verb();
    await scheduler.schedule(Promise.resolve(), 'answer');
    return answer;
  };
  return everyVerb(store, travel);
}

/** A store whose server can be taken away and given back. */
export class Breakable {
  readonly store: SessionStore;
  isDown = false;

  constructor(store: SessionStore) {
    const reach = async <T>(verb: () => T): Promise<Awaited<T>> => {
      if (this.isDown) throw new Error('connection refused');
      const answer = await verb();
      return answer;
    };
    this.store = everyVerb(store, reach);
  }
}

type Passage = <T>(verb: () => T) => Promise<Awaited<T>>;

function everyVerb(store: SessionStore, pass: Passage): SessionStore {
  return {
    remote: true,
    read: (...args) => pass(() => store.read(...args)),
    epoch: (...args) => pass(() => store.epoch(...args)),
    insert: (...args) => pass(() => store.insert(...args)),
    patch: (...args) => pass(() => store.patch(...args)),
    renew: (...args) => pass(() => store.renew(...args)),
    bind: (...args) => pass(() => store.bind(...args)),
    touch: (...args) => pass(() => store.touch(...args)),
    end: (...args) => pass(() => store.end(...args)),
    endUser: (...args) => pass(() => store.endUser(...args)),
    changeEpoch: (...args) => pass(() => store.changeEpoch(...args)),
    endEveryone: () => pass(() => store.endEveryone()),
    list: (...args) => pass(() => store.list(...args)),
    sweep: (...args) => pass(() => store.sweep(...args)),
    close: () => pass(() => store.close()),
  };
}
