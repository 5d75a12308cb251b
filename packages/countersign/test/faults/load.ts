// Writes of one session, one after the other, as they come from requests: what each came to, and whether
// what was acknowledged is still there at the end.

import { setTimeout as sleep } from 'node:timers/promises';

import { CountersignError, type RequestSession } from '../../src/index.js';
import { signedIn, type Application, type Data } from './application.js';

/** Between two writes. */
const PAUSE_MS = 10;

export interface Outcome {
  readonly verb: string;
  /** `ok`, `store-unavailable`, or a defect in words. */
  readonly result: string;
  readonly ms: number;
}

/** Counts up in one session, write after write, and remembers what was acknowledged. */
export class Load {
  readonly outcomes: Outcome[] = [];
  readonly #application: Application;
  readonly #userId: string;
  #cookie = '';
  #acknowledged = 0;
  #isStopped = false;
  #ended: Promise<void> | undefined;

  constructor(application: Application, userId: string) {
    this.#application = application;
    this.#userId = userId;
  }

  async start(): Promise<void> {
    this.#cookie = await signedIn(this.#application.sessions, this.#userId);
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ended;
  }

  async lost(): Promise<readonly string[]> {
    const session = await this.#check();
    const stored = session?.data.n ?? 0;
    return stored < this.#acknowledged
      ? [`write ${this.#acknowledged} of the load, of which ${stored} is left`]
      : [];
  }

  async #check(): Promise<RequestSession<Data> | undefined> {
    try {
      return await this.#application.sessions.check(this.#cookie);
    } catch {
      return undefined;
    }
  }

  async #run(): Promise<void> {
    const { sessions } = this.#application;
    for (let n = 1; !this.#isStopped; n += 1) {
      const outcome = await timed('load', async () => {
        const session = await sessions.check(this.#cookie);
        if (session.userId === null) return false;
        session.set('n', n);
        return (await session.commit({ status: 200 })).ok;
      });
      if (outcome.result === 'ok') this.#acknowledged = n;
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
  return { verb, result, ms: performance.now() - start };
}
