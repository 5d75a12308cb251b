// Scenario 6: a session ends on one node while requests with its cookie come to the others without a
// pause. A history of all of them is kept; how long each node went on saying yes is read off it.

import type { Browser } from '../browser.js';
import type { Application, Network } from '../contender.js';
import { createDeadline } from '../deadline.js';
import {
  acceptancesAfterEnding,
  type EndingEntry,
  type History,
  type RequestEntry,
} from '../history.js';
import { countUp, isAccepted, LATER, nodeOf, signedIn } from './cast.js';

export interface EndingOptions {
  readonly trials: number;
  /** Requests that are under way on each node at any time. */
  readonly lanes: number;
  /** A node that still says yes after so many milliseconds is given up. */
  readonly patience: number;
  /** What happens to the other nodes' networks just before the ending; they are restored afterwards. */
  readonly disturb?: (network: Network, node: number) => void;
}

export interface EndingFigures {
  readonly history: History;
  /** Of each trial and node: how long after the ending had returned a request came that was accepted. */
  readonly delays: readonly number[];
  /** Trials and nodes that were given up. */
  readonly neverRefused: number;
  /** Those of them that still say yes ten minutes later. */
  readonly acceptedForLong: number;
}

export async function raceEnding(
  application: Application,
  options: EndingOptions,
): Promise<EndingFigures> {
  const trials: Trial[] = [];
  for (const number of countUp(options.trials)) {
    const trial = new Trial(application, `ending-${number}`, options);
    await trial.run();
    trials.push(trial);
  }
  return {
    history: {
      requests: trials.flatMap(({ requests }) => requests),
      endings: trials.map(({ ending }) => ending),
    },
    delays: trials.flatMap((trial) => trial.delays()),
    neverRefused: trials.reduce((sum, trial) => sum + trial.givenUp.size, 0),
    acceptedForLong: trials.reduce((sum, trial) => sum + trial.acceptedForLong, 0),
  };
}

/** Each lane has to see so many yeses before the ending, and so many noes after it. */
const ENOUGH = 2;
/** Stores of a busy machine may be too late for some. */
const MOST_TRIES = 50;
/** Before the ending, differently long from trial to trial. */
const LONGEST_LEAD_MS = 5;

/** The answer where the store did not give one. */
const UNAVAILABLE = 503;

class Trial {
  readonly requests: RequestEntry[] = [];
  /** The nodes that never refused. */
  readonly givenUp = new Set<number>();
  acceptedForLong = 0;
  ending: EndingEntry;
  readonly #application: Application;
  readonly #options: EndingOptions;
  readonly #user: string;
  readonly #watched: readonly number[];

  constructor(application: Application, user: string, options: EndingOptions) {
    this.#application = application;
    this.#user = user;
    this.#options = options;
    this.ending = { session: user, asked: Number.NaN, returned: Number.NaN };
    const { length } = application.nodes;
    // A single node is asked itself.
    this.#watched = length === 1 ? [0] : countUp(length).slice(1);
  }

  async run(): Promise<void> {
    await this.#application.settled?.();
    const owner = await signedIn(this.#application, this.#user);
    const copy = await owner.copy();
    const lanes = this.#watched.flatMap((node) => countUp(this.#options.lanes).map(() => node));
    await Promise.all(lanes.map(async (node) => this.#warm(copy, node)));
    const running = Promise.all(lanes.map(async (node) => this.#untilRefused(copy, node)));
    await createDeadline(this.requests.length % LONGEST_LEAD_MS).passed;
    this.#eachNetwork((network, node) => this.#options.disturb?.(network, node));
    const asked = performance.now();
    this.ending = { session: this.#user, asked, returned: await this.#signOut(owner) };
    await running;
    this.#eachNetwork((network) => network.restore());
    if (this.givenUp.size > 0) await this.#application.advance(LATER);
    for (const node of this.givenUp)
      if (await isAccepted(copy, nodeOf(this.#application, node), this.#user))
        this.acceptedForLong += 1;
    owner.close();
  }

  /** Again where the store was too late: the lanes wait for an ending that has returned. */
  async #signOut(owner: Browser): Promise<number> {
    for (let tries = 1; ; tries += 1) {
      const { endedAt, status } = await owner.visit(nodeOf(this.#application, 0), 'POST /sign-out');
      if (endedAt !== undefined) return endedAt;
      if (tries === MOST_TRIES) throw new Error(`Signing out was answered with ${status}`);
    }
  }

  delays(): readonly number[] {
    const { requests, ending } = this;
    const late = acceptancesAfterEnding({ requests, endings: [ending] });
    return this.#watched.map((node) =>
      Math.max(0, ...late.filter(({ request }) => request.node === node).map(({ after }) => after)),
    );
  }

  #eachNetwork(act: (network: Network, node: number) => void): void {
    for (const node of this.#watched) {
      const { network } = nodeOf(this.#application, node);
      if (network !== undefined) act(network, node);
    }
  }

  async #warm(copy: Browser, node: number): Promise<void> {
    let yeses = 0;
    for (let tries = 1; yeses < ENOUGH; tries += 1) {
      const { accepted, status } = await this.#ask(copy, node);
      if (accepted) yeses += 1;
      else if (status !== UNAVAILABLE || tries === MOST_TRIES)
        throw new Error(`Node ${node} refuses ${this.#user} before any ending`);
    }
  }

  async #untilRefused(copy: Browser, node: number): Promise<void> {
    for (let noes = 0; noes < ENOUGH;) {
      const { accepted, start } = await this.#ask(copy, node);
      const after = start - this.ending.returned;
      // Neither is true before the ending has returned: `after` is not a number then.
      if (!accepted && after > 0) noes += 1;
      else if (accepted && after > this.#options.patience) {
        this.givenUp.add(node);
        return;
      }
    }
  }

  async #ask(copy: Browser, node: number): Promise<RequestEntry & { readonly status: number }> {
    const response = await copy.request(nodeOf(this.#application, node), 'GET /me');
    const entry: RequestEntry = {
      session: this.#user,
      node,
      start: response.arrivedAt,
      finish: performance.now(),
      accepted: response.user === this.#user,
    };
    this.requests.push(entry);
    return { ...entry, status: response.status };
  }
}
