// One fault, from before to after, as several applications live through it: what each of their verbs
// came to and how long it took. Judges nothing; `describe-faults.ts` does.

import { setTimeout as sleep } from 'node:timers/promises';

import { MAX_STALENESS_MS, signedIn, type Application, type HttpAnswer } from './application.js';
import type { Fault, Site } from './faults.js';
import { isLate, Load, timed, type Outcome } from './load.js';
import { SWEEP, VERBS, type Attempt, type Verb } from './verbs.js';

/** How long an application may take to work as before, once its server does. */
const RECOVERY_LIMIT_MS = 25_000;
const POLL_MS = 20;
/** To make a verb ready, and to run it where nothing is broken. */
const MOST_TRIES = 3;
/** For timers of a busy machine. */
const LEASE_MARGIN_MS = 200;
/** How long the load runs before the fault. */
const UNDISTURBED_MS = 50;

export interface Observations {
  readonly before: readonly Outcome[];
  readonly during: readonly Outcome[];
  readonly after: readonly Outcome[];
  /** Of a request that reads, and of one that writes. */
  readonly http: readonly HttpAnswer[];
  /** The same once a near-cache cannot believe any more what it holds. */
  readonly httpLater: readonly HttpAnswer[];
  /** The user whose session `http` and `httpLater` present. */
  readonly userId: string;
  /** Writes one after the other, over the whole episode. */
  readonly load: readonly Outcome[];
  /** Milliseconds from the end of the fault until a check and a write worked again. */
  readonly recoveredAfter: number;
  /** The same until the near-cache answered by itself again, where there is one. */
  readonly nearAfter: number;
  /** Milliseconds until the near-cache, where there is one, refused what another application ended. */
  readonly heardAfter: number;
  /** Of this process, proxies included, just before the fault. */
  readonly sockets: number;
  /** What was acknowledged, before or during the fault, and is not so any more. */
  readonly lost: readonly string[];
}

interface Prepared {
  readonly verb: Verb;
  readonly attempt: Attempt;
}

interface Ran extends Prepared {
  readonly outcome: Outcome;
}

/** Runs the fault. Resolves when every application has come back, or has been given up. */
export async function runEpisode(
  site: Site,
  fault: Fault,
  applications: readonly Application[],
): Promise<ReadonlyMap<Application, Observations>> {
  const lives = applications.map((application) => {
    const other = applications.find(
      (one) => one !== application && one.driver === application.driver,
    );
    return new Life(application, other ?? application, fault);
  });
  const all = (act: (life: Life) => Promise<void>): Promise<unknown> => Promise.all(lives.map(act));
  await all((life) => life.before());
  await sleep(UNDISTURBED_MS);
  const sockets = countSockets();
  await fault.begin(site);
  const pastLease = sleep(MAX_STALENESS_MS + LEASE_MARGIN_MS);
  await Promise.all([
    all((life) => life.during()),
    pastLease.then(() => all((life) => life.later())),
  ]);
  await fault.end(site);
  await all((life) => life.recover());
  await all((life) => life.after());
  return new Map(lives.map((life) => [life.application, life.observations(sockets)]));
}

/** Whether it is expected to come back by itself. */
export function canRecover(fault: Fault, application: Application): boolean {
  return fault.meanwhile !== 'recover' || application.givesUpSilence;
}

/** Open connections of this process, at either end. */
export function countSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

/** Those that are done as long as nothing is broken. */
const CALM_VERBS = VERBS.filter(({ name }) => name !== SWEEP);

/** Counts episodes: each has users of its own. */
let episodes = 0;

class Life {
  readonly application: Application;
  readonly #other: Application;
  readonly #users: string;
  readonly #canRecover: boolean;
  readonly #isCalm: boolean;
  readonly #load: Load;
  #prepared: readonly Prepared[] = [];
  /** Of a session that is only read: a near-cache goes on holding it. */
  #reading = '';
  #writing = '';
  #before: readonly Ran[] = [];
  #during: readonly Ran[] = [];
  #after: readonly Ran[] = [];
  #http: readonly HttpAnswer[] = [];
  #httpLater: readonly HttpAnswer[] = [];
  #recoveredAfter = Number.POSITIVE_INFINITY;
  #nearAfter = Number.POSITIVE_INFINITY;
  #heardAfter = Number.POSITIVE_INFINITY;
  #lost: readonly string[] = [];

  /** @param other an application with the same sessions */
  constructor(application: Application, other: Application, fault: Fault) {
    this.application = application;
    this.#other = other;
    this.#canRecover = canRecover(fault, application);
    this.#isCalm = fault.meanwhile === 'work';
    episodes += 1;
    this.#users = `${application.name} ${fault.name} ${episodes}`;
    this.#load = new Load(application, `${this.#users} load`);
  }

  get #userId(): string {
    return `${this.#users} visitor`;
  }

  async before(): Promise<void> {
    this.#before = await this.#runCalmly(await this.#prepare('first'), 'first');
    this.#prepared = await this.#prepare('second', VERBS);
    this.#reading = await signedIn(this.application.sessions, this.#userId);
    this.#writing = await signedIn(this.application.sessions, this.#userId);
    await waitFor(() => this.#isHeld(this.#reading), performance.now());
    await this.#load.start();
  }

  async during(): Promise<void> {
    const http = this.#visits();
    this.#during = this.#isCalm
      ? await this.#runCalmly(this.#prepared, 'second')
      : await run(this.#prepared);
    this.#http = await http;
  }

  async later(): Promise<void> {
    this.#httpLater = await this.#visits();
  }

  async recover(): Promise<void> {
    if (!this.#canRecover) return;
    const { sessions, everyone, isNear } = this.application;
    const start = performance.now();
    // Reads and writes of both spaces: a store may have a connection for each.
    const isBack = async (): Promise<boolean> => {
      const session = await sessions.check(this.#writing);
      session.set('n', 2);
      const [, , commit] = await Promise.all([
        everyone.list(this.#userId),
        everyone.refuseEarlierSignIns(this.#userId),
        session.commit({ status: 200 }),
      ]);
      return commit.ok;
    };
    this.#recoveredAfter = await waitFor(isBack, start);
    const isHeld = (): Promise<boolean> => this.#isHeld(this.#reading);
    this.#nearAfter = isNear ? await waitFor(isHeld, start) : 0;
  }

  async after(): Promise<void> {
    await this.#load.stop();
    if (!this.#canRecover) return;
    this.#heardAfter = await this.#hear().catch(() => Number.POSITIVE_INFINITY);
    const prepared = await this.#prepare('third').catch(() => []);
    this.#after = await this.#runCalmly(prepared, 'third');
    this.#lost = [
      ...(await lost(this.#before)),
      ...(await lost(this.#during)),
      ...(await this.#load.lost()),
    ];
  }

  observations(sockets: number): Observations {
    return {
      sockets,
      before: outcomesOf(this.#before),
      during: outcomesOf(this.#during),
      after: outcomesOf(this.#after),
      http: this.#http,
      httpLater: this.#httpLater,
      userId: this.#userId,
      load: this.#load.outcomes,
      recoveredAfter: this.#recoveredAfter,
      nearAfter: this.#nearAfter,
      heardAfter: this.#heardAfter,
      lost: this.#lost,
    };
  }

  /** Whether the next check is answered by a near-cache, or there is none. */
  async #isHeld(cookie: string): Promise<boolean> {
    const { sessions, store } = this.application;
    const { id } = await sessions.check(cookie);
    return id !== null && store.peek?.(id) !== null;
  }

  async #hear(): Promise<number> {
    const { sessions } = this.application;
    const cookie = await signedIn(this.#other.sessions, `${this.#users} ended elsewhere`);
    await waitFor(() => this.#isHeld(cookie), performance.now());
    const { id } = await sessions.check(cookie);
    await this.#other.sessions.end(id ?? '');
    return waitFor(async () => (await sessions.check(cookie)).userId === null, performance.now());
  }

  async #prepare(round: string, verbs: readonly Verb[] = CALM_VERBS): Promise<readonly Prepared[]> {
    const prepared: Prepared[] = [];
    for (const verb of verbs) {
      const userId = `${this.#users} ${round} ${verb.name}`;
      prepared.push({ verb, attempt: await this.#prepareOne(verb, userId) });
    }
    return prepared;
  }

  /** Again where it took too long: on a busy machine that is nobody's fault. */
  async #prepareOne(verb: Verb, userId: string, tries = MOST_TRIES): Promise<Attempt> {
    try {
      return await verb.prepare(this.application, `${userId} ${tries}`);
    } catch (error) {
      if (tries === 1) throw error;
      return this.#prepareOne(verb, userId, tries - 1);
    }
  }

  /** Where nothing is broken: what came too late once more, for another user. */
  async #runCalmly(
    prepared: readonly Prepared[],
    round: string,
    tries = MOST_TRIES,
  ): Promise<readonly Ran[]> {
    const ran = await run(prepared);
    const late = ran.filter(({ outcome }) => isLate(outcome));
    if (late.length === 0 || tries === 1) return ran;
    const verbs = late.map(({ verb }) => verb);
    const others = await this.#prepare(`${round} again ${tries}`, verbs);
    const again = await this.#runCalmly(others, round, tries - 1);
    return [...ran.filter((one) => !late.includes(one)), ...again];
  }

  #visits(): Promise<readonly HttpAnswer[]> {
    const { application } = this;
    return Promise.all([
      application.visit('GET', this.#reading),
      application.visit('POST', this.#writing),
    ]);
  }
}

function run(prepared: readonly Prepared[]): Promise<readonly Ran[]> {
  return Promise.all(
    prepared.map(async ({ verb, attempt }) => ({
      verb,
      attempt,
      outcome: await timed(verb.name, () => attempt.run()),
    })),
  );
}

function outcomesOf(ran: readonly Ran[]): readonly Outcome[] {
  return ran.map(({ outcome }) => outcome);
}

/** The verbs that were acknowledged and did not last. */
async function lost(ran: readonly Ran[]): Promise<readonly string[]> {
  const found = await Promise.all(
    ran.map(async ({ verb, attempt, outcome }) => {
      if (outcome.result !== 'ok' || attempt.lasts === undefined) return [];
      const lasts = await attempt.lasts().catch(() => false);
      return lasts ? [] : [verb.name];
    }),
  );
  return found.flat();
}

/** Milliseconds since `start` when it first held; `Infinity` when it did not in time. */
async function waitFor(holds: () => Promise<boolean>, start: number): Promise<number> {
  while (performance.now() - start < RECOVERY_LIMIT_MS) {
    if (await holds().catch(() => false)) return performance.now() - start;
    await sleep(POLL_MS);
  }
  return Number.POSITIVE_INFINITY;
}
