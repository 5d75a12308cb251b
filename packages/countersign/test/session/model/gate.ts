// The order in which store verbs happen. At once: as with a store in memory. Scheduled: each verb
// waits for its turn, so requests, endings and sign-ins race at every step they take.

import type { Scheduler } from 'fast-check';

import type { SessionStore } from '../../../src/session/store.js';
import type { Awaitable } from '../../../src/waiting.js';

export interface Gate {
  readonly isRacing: boolean;
  /** Waits for a turn; nothing when verbs happen at once. */
  turn(what: string): Promise<void> | undefined;
  /** Lets so many verbs happen, in some order. */
  proceed(verbs: number): Promise<void>;
  /** Lets everything happen that can, in some order. */
  drain(): Promise<void>;
}

export function openGate(): Gate {
  return { isRacing: false, turn: () => undefined, proceed: idle, drain: idle };
}

export function scheduledGate(scheduler: Scheduler): Gate {
  return {
    isRacing: true,
    turn: (what) => scheduler.schedule(Promise.resolve(), what),
    async proceed(verbs) {
      await idle();
      for (let done = 0; done < verbs && scheduler.count() > 0; done += 1) {
        await scheduler.waitNext(1);
        await idle();
      }
    },
    async drain() {
      do {
        await scheduler.waitIdle();
        await idle();
      } while (scheduler.count() > 0);
    },
  };
}

/** Lets every continuation run that waits for nothing but its turn. */
function idle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export interface NodeStoreOptions {
  readonly gate: Gate;
  readonly remote: boolean;
  /** Whether answers race as well: something else may happen between a verb and its answer. */
  readonly answersRace: boolean;
  /** A dead process neither asks the store nor hears what it answers. */
  readonly isAlive: () => boolean;
}

/** The shared store as one node reaches it: through the gate, and only while the node lives. */
export function storeOfNode(store: SessionStore, options: NodeStoreOptions): SessionStore {
  const { gate, answersRace, isAlive } = options;
  const pass = <T>(what: string, verb: () => Awaitable<T>): Awaitable<T> => {
    const turn = gate.turn(what);
    if (turn === undefined) return verb();
    const answered = async (): Promise<T> => {
      const answer = await verb();
      if (answersRace) await gate.turn(`answer to ${what}`);
      return answer;
    };
    return afterTurn(turn, answersRace ? answered : verb, isAlive);
  };
  return {
    remote: options.remote,
    read: (id, how) => pass('read', () => store.read(id, how)),
    epoch: (userId) => pass('epoch', () => store.epoch(userId)),
    insert: (record, guard) => pass('insert', () => store.insert(record, guard)),
    patch: (id, change, guard) => pass('patch', () => store.patch(id, change, guard)),
    renew: (id, from, to) => pass('renew', () => store.renew(id, from, to)),
    bind: (id, from, to) => pass('bind', () => store.bind(id, from, to)),
    touch: (batch) => pass('touch', () => store.touch(batch)),
    end: (ids) => pass('end', () => store.end(ids)),
    endUser: (userId, how) => pass('endUser', () => store.endUser(userId, how)),
    changeEpoch: (userId) => pass('changeEpoch', () => store.changeEpoch(userId)),
    endEveryone: () => pass('endEveryone', () => store.endEveryone()),
    list: (userId) => pass('list', () => store.list(userId)),
    sweep: (limit) => pass('sweep', () => store.sweep(limit)),
    subscribe: (listener) => store.subscribe?.(listener) ?? (() => undefined),
    close: () => undefined,
  };
}

async function afterTurn<T>(
  turn: Promise<void>,
  verb: () => Awaitable<T>,
  isAlive: () => boolean,
): Promise<T> {
  await turn;
  if (!isAlive()) return never();
  const answer = await verb();
  return isAlive() ? answer : never();
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
