// Everything of one run: true time, the shared store, the nodes, the key ring, the browsers, and the
// model's book. Time moves only in `wait`, from one thing that is due to the next.

import { createSessions } from '../../../src/session/sessions.js';
import type { SessionRecord } from '../../../src/session/record.js';
import type { SessionStore } from '../../../src/session/store.js';
import { memoryStore, type MemoryStore } from '../../../src/stores/memory/session-store.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { Browser, type Holder } from './browser.js';
import type { Gate } from './gate.js';
import { Ledger, type Tally } from './ledger.js';
import { ServerNode } from './server-node.js';
import { spyStore, type SpyStore } from './spy-store.js';
import { SECOND, TIMES, UNTIL_TOUCHED } from './times.js';

/** What differs from run to run besides the commands. */
export interface Circumstances {
  /** Whether the session layer believes that the store is on another machine. */
  readonly remote: boolean;
  /** Whether the clocks of the two nodes differ as much as the policy tolerates. */
  readonly skewed: boolean;
}

/** A fault put in on purpose. Each part is left out where there is none. */
export interface Plant {
  /** A session layer built from altered modules. */
  readonly createSessions?: typeof createSessions;
  /** Altered verbs of the shared store. */
  readonly store?: (store: MemoryStore, gate: Gate, clock: FakeClock) => Partial<SessionStore>;
  /** What the application or its adapter does wrong. */
  readonly driver?: DriverFault;
}

export type DriverFault = 'ticket after credential' | 'offer at start' | 'cleared on refusal';

export interface WorldOptions {
  readonly gate: Gate;
  readonly circumstances: Circumstances;
  /** Whether the nodes have near-caches, each told at once of what happens in the store. */
  readonly cached: boolean;
  readonly plant: Plant;
  readonly tally: Tally;
}

export class World {
  readonly clock = createFakeClock();
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly memory: MemoryStore;
  readonly spy: SpyStore;
  readonly plant: Plant;
  readonly browsers: Browser[] = [new Browser('first', 'owner'), new Browser('second', 'owner')];
  readonly #circumstances: Circumstances;
  readonly #cached: boolean;
  #nodes: readonly ServerNode[];
  /** Processes that take no new requests and finish those they have. */
  readonly #runningOut: ServerNode[] = [];
  /** Newest first. */
  #keys: readonly string[] = ['key 0 of the ring, long enough to be one'];
  #keysMade = 1;
  #due: number[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor({ gate, circumstances, cached, plant, tally }: WorldOptions) {
    this.gate = gate;
    this.plant = plant;
    this.#circumstances = circumstances;
    this.#cached = cached;
    this.ledger = new Ledger({
      time: () => this.clock.now(),
      tolerance: circumstances.skewed ? TIMES.skew : 0,
      tally,
    });
    this.memory = memoryStore({ clock: this.clock });
    this.spy = spyStore(this.memory, plant.store?.(this.memory, gate, this.clock) ?? {});
    this.#nodes = [this.#startNode(0), this.#startNode(1)];
  }

  get remote(): boolean {
    return this.#circumstances.remote;
  }

  node(which: number): ServerNode {
    return pick(this.#nodes, which);
  }

  /** Whether a process takes requests, and knows all the keys that there are. */
  isServing(node: ServerNode): boolean {
    return this.#nodes.includes(node);
  }

  browser(which: number): Browser {
    return pick(this.browsers, which);
  }

  /** The record as it stands in the store, seen past every layer; `null` when it is not there. */
  stored(id: string): SessionRecord | null {
    return this.memory.read(id);
  }

  steal(from: Browser, holder: Exclude<Holder, 'owner'>): void {
    this.browsers.push(from.stolenBy(holder));
  }

  /** Runs something beside everything else; what it throws fails the run. */
  start(task: () => Promise<void>): void {
    task().catch((error: unknown) => this.fail(error));
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Comes back when so much time has passed in the world. */
  async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    this.#due.push(this.clock.now() + ms);
    await new Promise<void>((resolve) => void this.clock.after(ms, resolve));
  }

  /** Lets everything happen that needs no time, and throws what went wrong so far. */
  async settle(): Promise<void> {
    await this.gate.drain();
    this.rethrow();
  }

  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * Lets time pass, stopping wherever something is due.
   * @param slow for how long verbs under way stay without their answer
   */
  async wait(ms: number, slow = 0): Promise<void> {
    const until = this.clock.now() + ms;
    if (slow > 0) this.#advanceTo(Math.min(until, this.clock.now() + slow));
    if (slow < ms) await this.settle();
    for (let next = this.#nextDue(until); next !== undefined; next = this.#nextDue(until)) {
      await this.#passTo(next);
    }
    await this.#passTo(until);
  }

  /** A new key writes; the others still read. Nodes are replaced, and old ones run out. */
  rotateKeys(): void {
    this.#keys = [this.#newKey(), ...this.#keys];
    for (const which of [0, 1]) this.restart(which, { crash: false });
  }

  /** The emergency lever: the newest key is gone at once, and every process with it. */
  removeNewestKey(): void {
    const [, ...older] = this.#keys;
    this.#keys = older.length === 0 ? [this.#newKey()] : older;
    this.ledger.keyRemoved = this.ledger.now();
    for (const session of this.ledger.sessions) session.hasLostKey = true;
    for (const node of this.#runningOut) this.#kill(node);
    for (const which of [0, 1]) this.restart(which, { crash: true });
  }

  /** Replaces one process: it dies with its requests, or takes no new ones. */
  restart(which: number, options: { readonly crash: boolean }): void {
    const old = this.node(which);
    if (options.crash) this.#kill(old);
    else this.#runningOut.push(old);
    const position = this.#nodes.indexOf(old);
    this.#nodes = this.#nodes.with(position, this.#startNode(position));
  }

  #kill(node: ServerNode): void {
    node.die();
    const since = this.clock.now() - UNTIL_TOUCHED;
    for (const session of this.ledger.sessions) session.forgetUses(node, since);
  }

  #newKey(): string {
    this.#keysMade += 1;
    return `key ${this.#keysMade} of the ring, long enough to be one`;
  }

  #startNode(position: number): ServerNode {
    const half = this.#circumstances.skewed ? TIMES.skew / 2 : 0;
    return new ServerNode({
      createSessions: this.plant.createSessions ?? createSessions,
      store: this.spy.store,
      gate: this.gate,
      remote: this.#circumstances.remote,
      cached: this.#cached,
      clock: this.clock,
      ahead: position === 0 ? -half : half,
      keys: this.#keys,
      on: { reuseDetected: ({ id }) => this.#noteReuse(id) },
    });
  }

  /** Listeners may not throw, so what the event shows is kept until the next look. */
  #noteReuse(id: string): void {
    try {
      this.ledger.judgeReuse(id);
    } catch (error) {
      this.fail(error);
    }
  }

  #nextDue(until: number): number | undefined {
    const next = Math.min(...this.#due);
    return next <= until ? next : undefined;
  }

  async #passTo(time: number): Promise<void> {
    // What the nodes have collected is stored a second later, not whenever the next thing is due.
    const collected = this.clock.now() + SECOND;
    if (collected < time && this.gate.isRacing) {
      this.#advanceTo(collected);
      await this.settle();
    }
    this.#advanceTo(time);
    await this.settle();
  }

  #advanceTo(time: number): void {
    this.clock.advance(time - this.clock.now());
    this.#due = this.#due.filter((due) => due > time);
  }
}

function pick<T>(all: readonly T[], which: number): T {
  const chosen = all[which % all.length];
  if (chosen === undefined) throw new RangeError('nothing to pick from');
  return chosen;
}
