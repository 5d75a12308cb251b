// A memory store that can be told to fail, to hang, or to wait: what a store on another machine does.

import type { Awaitable, SessionStore } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import type { FakeClock } from '../../src/testing/index.js';

/** `well`: answers at once. `slow`: by a promise. `failing`: throws. `hanging`: never answers. */
export type Mood = 'well' | 'slow' | 'failing' | 'hanging';

export interface MoodyStore extends SessionStore {
  mood: Mood;
  /** The mood of these verbs only. */
  readonly moods: Map<keyof SessionStore, Mood>;
  /** How often each verb was called. */
  readonly calls: Map<keyof SessionStore, number>;
  /** Makes every verb but `read` and `list` wait until the function returned is called; it releases all. */
  holdWrites(): () => void;
  /** How many verbs are waiting for it. */
  readonly held: number;
}

export function createMoodyStore(clock: FakeClock): MoodyStore {
  const inner: SessionStore = memoryStore({ clock });
  const moods = new Map<keyof SessionStore, Mood>();
  const calls = new Map<keyof SessionStore, number>();
  const lines: (() => void)[][] = [];
  let waiting: (() => void)[] | undefined;

  const pass = <T>(name: keyof SessionStore, verb: () => Awaitable<T>): Awaitable<T> => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const mood = moods.get(name) ?? store.mood;
    if (mood === 'failing') throw new Error('ECONNREFUSED 10.0.0.7:6379');
    if (mood === 'hanging') return new Promise<T>(() => undefined);
    const line = waiting;
    if (line !== undefined && name !== 'read' && name !== 'list')
      return new Promise<void>((resolve) => line.push(resolve)).then(verb);
    return mood === 'slow'
      ? new Promise<void>((resolve) => setImmediate(resolve)).then(verb)
      : verb();
  };

  const store: MoodyStore = {
    mood: 'well',
    moods,
    calls,
    get held() {
      return waiting?.length ?? 0;
    },
    holdWrites() {
      const line: (() => void)[] = [];
      waiting = line;
      lines.push(line);
      return () => {
        waiting = undefined;
        for (const release of lines.splice(0).flat()) release();
      };
    },
    remote: false,
    read: (id, options) => pass('read', () => inner.read(id, options)),
    epoch: (userId) => pass('epoch', () => inner.epoch(userId)),
    insert: (record, guard) => pass('insert', () => inner.insert(record, guard)),
    patch: (id, change, guard) => pass('patch', () => inner.patch(id, change, guard)),
    renew: (id, from, to) => pass('renew', () => inner.renew(id, from, to)),
    bind: (id, from, to) => pass('bind', () => inner.bind(id, from, to)),
    touch: (batch) => pass('touch', () => inner.touch(batch)),
    end: (ids) => pass('end', () => inner.end(ids)),
    endUser: (userId, options) => pass('endUser', () => inner.endUser(userId, options)),
    changeEpoch: (userId) => pass('changeEpoch', () => inner.changeEpoch(userId)),
    endEveryone: () => pass('endEveryone', () => inner.endEveryone()),
    list: (userId) => pass('list', () => inner.list(userId)),
    sweep: (limit) => pass('sweep', () => inner.sweep(limit)),
    close: () => inner.close(),
  };
  return store;
}
