// Visits of a sample of users, request by request, through a fleet of processes with near-caches, and what
// each request asks of the store. It follows session/check.ts, session/renewal.ts and the near-cache verb
// by verb; the store itself answers at once and never fails.

import { EventQueue } from './event-queue.js';
import { Fleet, type FleetOptions, type Process } from './fleet.js';
import { Random } from './random.js';
import type { SampledUsers } from './users.js';

export interface Habits {
  readonly pagesPerVisit: number;
  readonly requestsPerPage: number;
  readonly secondsBetweenPages: number;
  readonly secondsBetweenRequests: number;
  readonly patchShare: number;
  readonly signOutShare: number;
}

/** In seconds. */
export interface Rules {
  readonly touch: number;
  readonly touchCollected: number;
  readonly renewal: number;
  readonly absolute: number;
  /** Whether other processes are told of a renewal, as the store port demands. */
  readonly announceRenewals: boolean;
}

/** What happened, since the beginning. */
export interface Counters {
  checks: number;
  hits: number;
  reads: number;
  touches: number;
  renewals: number;
  patches: number;
  signIns: number;
  signOuts: number;
  announcements: number;
}

export const COUNTED = [
  'checks',
  'hits',
  'reads',
  'touches',
  'renewals',
  'patches',
  'signIns',
  'signOuts',
  'announcements',
] as const satisfies readonly (keyof Counters)[];

export interface SimulationOptions {
  readonly users: SampledUsers;
  readonly habits: Habits;
  readonly rules: Rules;
  readonly fleet: Omit<FleetOptions, 'sessions'>;
  readonly seed: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

export class Simulation {
  readonly fleet: Fleet;
  readonly counters: Counters;
  readonly #users: SampledUsers;
  readonly #habits: Habits;
  readonly #rules: Rules;
  readonly #random: Random;
  readonly #queue = new EventQueue();
  #now = 0;

  // Of each session, as the store has it. A user comes with a visit now and then: at the start the last
  // one is long ago for most, and the warming of the whole run brings the busy ones up to date.
  readonly #seen: Float64Array;
  readonly #since: Float64Array;
  readonly #expires: Float64Array;
  /** A touch on its way: the time it tells of, and when the store will have it. */
  readonly #touch: Float64Array;
  readonly #touchStored: Float64Array;
  /** The browser has been given a successor, which is pending in the store. */
  readonly #pending: Uint8Array;

  // Of each visit under way; places of those that are over are used again.
  readonly #session: number[] = [];
  readonly #requestsLeft: number[] = [];
  readonly #pagesLeft: number[] = [];
  readonly #free: number[] = [];

  constructor({ users, habits, rules, fleet, seed }: SimulationOptions) {
    const { sessions } = users;
    this.#users = users;
    this.#habits = habits;
    this.#rules = rules;
    this.#random = new Random(seed);
    this.fleet = new Fleet({ ...fleet, sessions }, this.#random);
    this.#seen = new Float64Array(sessions).fill(NEVER);
    this.#since = new Float64Array(sessions).fill(NEVER);
    this.#touch = new Float64Array(sessions).fill(NEVER);
    this.#touchStored = new Float64Array(sessions).fill(Number.POSITIVE_INFINITY);
    this.#expires = Float64Array.from(
      { length: sessions },
      () => this.#random.next() * rules.absolute,
    );
    this.#pending = new Uint8Array(sessions);
    this.counters = {
      checks: 0,
      hits: 0,
      reads: 0,
      touches: 0,
      renewals: 0,
      patches: 0,
      signIns: 0,
      signOuts: 0,
      announcements: 0,
    };
    for (let user = 0; user < users.rates.length; user += 1) this.#planVisit(user);
  }

  /** Seconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Everything that happens up to that second. */
  run(until: number): void {
    const users = this.#users.rates.length;
    while (this.#queue.nextTime <= until) {
      this.#now = this.#queue.nextTime;
      const event = this.#queue.take();
      if (event < users) this.#beginVisit(event);
      else this.#continueVisit(event - users);
    }
    this.#now = until;
  }

  #planVisit(user: number): void {
    const { pagesPerVisit, requestsPerPage } = this.#habits;
    const rate = (this.#users.rates[user] ?? 0) / (pagesPerVisit * requestsPerPage);
    this.#queue.add(this.#now + this.#random.exponential(1 / rate), user);
  }

  #beginVisit(user: number): void {
    this.#planVisit(user);
    const first = this.#users.firstSession[user] ?? 0;
    const sessions = (this.#users.firstSession[user + 1] ?? 0) - first;
    const visit = this.#free.pop() ?? this.#session.length;
    this.#session[visit] = first + this.#random.below(sessions);
    this.#pagesLeft[visit] = this.#random.geometric(this.#habits.pagesPerVisit);
    this.#requestsLeft[visit] = this.#random.geometric(this.#habits.requestsPerPage);
    this.#continueVisit(visit);
  }

  #continueVisit(visit: number): void {
    const { requestsPerPage, secondsBetweenPages, secondsBetweenRequests } = this.#habits;
    const session = this.#session[visit] ?? 0;
    this.#request(session);
    const requestsLeft = (this.#requestsLeft[visit] ?? 1) - 1;
    const pagesLeft = (this.#pagesLeft[visit] ?? 1) - (requestsLeft === 0 ? 1 : 0);
    if (pagesLeft === 0) {
      if (this.#random.next() < this.#habits.signOutShare) this.#signOut(session);
      this.#free.push(visit);
      return;
    }
    this.#pagesLeft[visit] = pagesLeft;
    this.#requestsLeft[visit] =
      requestsLeft === 0 ? this.#random.geometric(requestsPerPage) : requestsLeft;
    const wait = requestsLeft === 0 ? secondsBetweenPages : secondsBetweenRequests;
    const event = this.#users.rates.length + visit;
    this.#queue.add(this.#now + this.#random.exponential(wait), event);
  }

  /** One authenticated request: its check, and what its commit brings with it. */
  #request(session: number): void {
    const process = this.fleet.route(session);
    this.counters.checks += 1;
    if (this.#now >= (this.#expires[session] ?? NEVER)) {
      this.#signIn(session);
      return;
    }
    this.#check(process, session);
    const isDue = this.#now >= (this.#since[session] ?? NEVER) + this.#rules.renewal;
    if (isDue) this.#offer(process, session);
    if (this.#random.next() < this.#habits.patchShare) {
      this.counters.patches += 1;
      this.#announce(session);
    }
  }

  #check(process: Process, session: number): void {
    const held = process.seenOf(session);
    const isPending = this.#pending[session] === 1;
    if (held !== undefined && !isPending && this.#now < held + this.#rules.touch) {
      this.counters.hits += 1;
      return;
    }
    this.#read(process, session);
    if (isPending) {
      this.#pending[session] = 0;
      this.#since[session] = this.#now;
      this.#renewed(session);
    }
  }

  /** The record from the store; it is held here then. Notes that the session was seen, if that is due. */
  #read(process: Process, session: number): void {
    this.counters.reads += 1;
    if (this.#now >= (this.#touchStored[session] ?? 0)) {
      this.#seen[session] = this.#touch[session] ?? NEVER;
      this.#touchStored[session] = Number.POSITIVE_INFINITY;
    }
    const seen = this.#seen[session] ?? NEVER;
    const isDue = this.#now >= seen + this.#rules.touch;
    // This process knows at once what it will have stored in a moment.
    process.hold(session, isDue ? this.#now : seen);
    if (isDue) this.#touchSoon(session);
  }

  #touchSoon(session: number): void {
    this.counters.touches += 1;
    const stored = this.#now + this.#random.next() * this.#rules.touchCollected;
    if (stored >= (this.#touchStored[session] ?? 0)) return;
    this.#touch[session] = this.#now;
    this.#touchStored[session] = stored;
  }

  /** At commit: a fresh record, and the successor's hash unless it is there already. */
  #offer(process: Process, session: number): void {
    this.#read(process, session);
    if (this.#pending[session] === 1) return;
    this.#pending[session] = 1;
    this.#renewed(session);
  }

  /** What others hold is of no use from here on, told of or not: its hash is not that of the new cookie. */
  #renewed(session: number): void {
    this.counters.renewals += 1;
    if (this.#rules.announceRenewals) this.#announce(session);
    else this.fleet.drop(session);
  }

  #signIn(session: number): void {
    this.counters.signIns += 1;
    this.#seen[session] = this.#now;
    this.#since[session] = this.#now;
    this.#expires[session] = this.#now + this.#rules.absolute;
    this.#touchStored[session] = Number.POSITIVE_INFINITY;
    this.#pending[session] = 0;
    // Another id: what is held of the one before is found by nobody, and goes with its generation.
    this.fleet.drop(session);
  }

  #signOut(session: number): void {
    this.counters.signOuts += 1;
    this.#expires[session] = NEVER;
    this.#announce(session);
  }

  #announce(session: number): void {
    this.counters.announcements += 1;
    this.fleet.drop(session);
  }
}
