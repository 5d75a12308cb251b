// Writes of one session, one after the other, as they come from requests: what each came to, and whether
// what was acknowledged is still there at the end.

import { setTimeout as sleep } from 'node:timers/promises';

import { CountersignError, type RequestSession } from '../../src/index.js';
import { signedIn, STORE_TIMEOUT_MS, type Application, type Data } from './application.js';

/** Between two writes. */
const PAUSE_MS = 10;

export interface Outcome {
  readonly verb: string;
  /** `ok`, `store-unavailable`, or a defect in words. */
  readonly result: string;
  readonly ms: number;
  /** When it was known, by `performance.now()`. */
  readonly at: number;
}

/** Whether it was given up for the time that it took, and not for anything that it met. */
export function isLate({ result, ms }: Outcome): boolean {
  return result === 'store-unavailable' && ms >= STORE_TIMEOUT_MS;
}

/** Counts up in one session, write after write, and remembers what was acknowledged. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly application: Application;
  readonly userId: string;
  #cookie = '';
  #isStopped = false;
  #ended: Promise<void> | undefined;

  constructor(application: Application, userId: string) {
    this.application = application;
    this.userId = userId;
  }

  async start(): Promise<void> {
    this.#cookie = await signedIn(this.application.sessions, this.userId);
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  /** The session as it is now. */
  async check(): Promise<RequestSession<Data>> {
    return this.application.sessions.check(this.#cookie);
  }

  /** The last write that was acknowledged before a time by `performance.now()`; 0 for none. */
  acknowledgedBefore(time: number): number {
    return 1 + this.outcomes.findLastIndex(({ result, at }) => result === 'ok' && at < time);
  }

  /** Whether a write was acknowledged that began after a time by `performance.now()`. */
  acknowledgedSince(time: number): boolean {
    return this.outcomes.some(({ result, at, ms }) => result === 'ok' && at - ms > time);
  }

  /** In words, what was acknowledged before that time and is gone. */
  async lost(before = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
    const acknowledged = this.acknowledgedBefore(before);
    const stored = await this.check().then(
      ({ data }) => data.n ?? 0,
      () => 0,
    );
    if (stored >= acknowledged) return [];
    return [`write ${acknowledged} of ${this.userId}, of which ${stored} is left`];
  }

  async #run(): Promise<void> {
    const { sessions } = this.application;
    for (let n = 1; !this.#isStopped; n += 1) {
      const outcome = await timed('load', async () => {
        const session = await sessions.check(this.#cookie);
        if (session.userId === null) return false;
        session.set('n', n);
        return (await session.commit({ status: 200 })).ok;
      });
      this.outcomes.push(outcome);
      await sleep(PAUSE_MS);
    }
  }
}

/** Runs something, and names what it came to. */
export async function timed(verb: string, act: () => Promise<boolean>): Promise<Outcome> {
  const start = performance.now();
  const result = await act().then(
    (isRight) => (isRight ? 'ok' : 'a wrong answer'),
    (error: unknown) =>
      error instanceof CountersignError && error.code === 'store-unavailable'
        ? error.code
        : `rejected with ${String(error)}`,
  );
  const at = performance.now();
  return { verb, result, ms: at - start, at };
}
