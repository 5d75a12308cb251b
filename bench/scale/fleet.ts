// The processes of the application and what stands before them: a balancer that sends a browser's
// requests to one process, or each to any. Processes come empty and go. Each has a near-cache, which is
// modelled as it is built: two generations, of which the older is dropped as a whole.

import type { Random } from './random.js';

/** `sticky`: the balancer's own cookie names the process, until that is gone. `any`: chance, each time. */
export type Routing = 'sticky' | 'any';

export class Process {
  readonly serial: number;
  readonly #capacity: number;
  /** In how many processes each session is held, this one among them. */
  readonly #holders: Uint16Array;
  /** Of the sessions held: when they were last seen, as far as this process knows. */
  #young = new Map<number, number>();
  #old = new Map<number, number>();

  constructor(serial: number, maxEntries: number, holders: Uint16Array) {
    this.serial = serial;
    this.#capacity = Math.max(1, Math.floor(maxEntries / 2));
    this.#holders = holders;
  }

  get entries(): number {
    return this.#young.size + this.#old.size;
  }

  seenOf(session: number): number | undefined {
    const seen = this.#young.get(session);
    if (seen !== undefined) return seen;
    const old = this.#old.get(session);
    if (old !== undefined) this.hold(session, old);
    return old;
  }

  hold(session: number, seen: number): void {
    if (!this.#young.has(session)) {
      if (!this.#old.delete(session)) this.#count(session, 1);
      if (this.#young.size >= this.#capacity) {
        for (const forgotten of this.#old.keys()) this.#count(forgotten, -1);
        this.#old = this.#young;
        this.#young = new Map();
      }
    }
    this.#young.set(session, seen);
  }

  /** Whether it was held. */
  drop(session: number): boolean {
    const wasHeld = this.#young.delete(session) || this.#old.delete(session);
    if (wasHeld) this.#count(session, -1);
    return wasHeld;
  }

  empty(): void {
    for (const session of [...this.#young.keys(), ...this.#old.keys()]) this.drop(session);
  }

  #count(session: number, difference: number): void {
    this.#holders[session] = (this.#holders[session] ?? 0) + difference;
  }
}

export interface FleetOptions {
  readonly processes: number;
  readonly maxEntries: number;
  readonly routing: Routing;
  readonly sessions: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #random: Random;
  /** By serial number; those that are gone are `undefined`. */
  readonly #bySerial: (Process | undefined)[] = [];
  /** The serial number that the balancer's cookie of each session names, or -1. */
  readonly #named: Int32Array;
  readonly #holders: Uint16Array;
  #live: readonly Process[] = [];

  constructor(options: FleetOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#named = new Int32Array(options.sessions).fill(-1);
    this.#holders = new Uint16Array(options.sessions);
    for (let i = 0; i < options.processes; i += 1) this.start();
  }

  get size(): number {
    return this.#live.length;
  }

  get live(): readonly Process[] {
    return this.#live;
  }

  start(): void {
    const process = new Process(this.#bySerial.length, this.#options.maxEntries, this.#holders);
    this.#bySerial.push(process);
    this.#live = [...this.#live, process];
  }

  /** The one that has been there longest goes. */
  stopOldest(): void {
    const [oldest, ...others] = this.#live;
    if (oldest === undefined) return;
    oldest.empty();
    this.#bySerial[oldest.serial] = undefined;
    this.#live = others;
  }

  /** Where the balancer sends a request of this session. */
  route(session: number): Process {
    if (this.#options.routing === 'any') return this.#anyProcess();
    const named = this.#bySerial[this.#named[session] ?? -1];
    if (named !== undefined) return named;
    const chosen = this.#anyProcess();
    this.#named[session] = chosen.serial;
    return chosen;
  }

  /** What an announcement does: no near-cache holds the session any more. */
  drop(session: number): void {
    let left = this.#holders[session] ?? 0;
    if (left === 0) return;
    if (this.#bySerial[this.#named[session] ?? -1]?.drop(session) === true) left -= 1;
    for (let i = 0; left > 0 && i < this.#live.length; i += 1) {
      if (this.#live[i]?.drop(session) === true) left -= 1;
    }
  }

  /** What a lost lease does, if every process loses it. */
  empty(): void {
    for (const process of this.#live) process.empty();
  }

  #anyProcess(): Process {
    const process = this.#live[this.#random.below(this.#live.length)];
    if (process === undefined) throw new Error('No process is left');
    return process;
  }
}
