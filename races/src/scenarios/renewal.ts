// Scenario 5: a browser with a hundred parallel requests, whose responses are lost, late and overtaken,
// over hours of renewals. Is its user ever signed out? And is a copy that fell behind ever kept?

import type { Browser, BrowserResponse } from '../browser.js';
import type { Application } from '../contender.js';
import { isAccepted, nodeOf, signedIn } from './cast.js';
import {
  planRenewal,
  RENEWAL_TIMES,
  type Moment,
  type ScheduleOptions,
  type Step,
} from './renewal-schedule.js';

export interface HonestFigures {
  readonly requests: number;
  /** Requests that were not taken for the user's. */
  readonly refused: number;
  /** Different tokens that the browser has sent. One: nothing was ever renewed. */
  readonly tokens: number;
}

/** One browser within the bounds of the third promise. */
export async function raceRenewal(
  application: Application,
  options: ScheduleOptions,
): Promise<HonestFigures> {
  const user = 'honest';
  const owner = await signedIn(application, user);
  const run = new Run(application, owner);
  let now = 0;
  for (const { at, steps } of planRenewal(options)) {
    if (at > now) await application.advance(at - now);
    now = at;
    await run.play(steps);
  }
  owner.close();
  const responses = await run.responses();
  return {
    requests: responses.length,
    refused: responses.filter((response) => response.user !== user).length,
    tokens: run.tokens.size,
  };
}

class Run {
  readonly tokens = new Set<string>();
  readonly #application: Application;
  readonly #owner: Browser;
  readonly #cookies = new Map<number, string>();
  readonly #answers = new Map<number, Promise<BrowserResponse>>();

  constructor(application: Application, owner: Browser) {
    this.#application = application;
    this.#owner = owner;
  }

  async responses(): Promise<readonly BrowserResponse[]> {
    return Promise.all(this.#answers.values());
  }

  /** All steps of one moment; nothing is on its way between nodes and stores afterwards. */
  async play(steps: Moment['steps']): Promise<void> {
    const quiet = steps.map((step) => this.#start(step));
    await Promise.all(quiet);
    for (const { kind, request } of steps) {
      const answer = kind === 'deliver' ? await this.#answers.get(request) : undefined;
      if (answer !== undefined) this.#owner.receive(answer);
    }
  }

  async #start({ kind, request, ...rest }: Step): Promise<unknown> {
    const { gates } = this.#application;
    const gate = `honest-${request}`;
    if (kind === 'depart') {
      const { cookies } = this.#owner;
      this.tokens.add(cookies);
      this.#cookies.set(request, cookies);
    } else if (kind === 'arrive') {
      const isHeld = 'held' in rest && rest.held;
      const target = isHeld ? `GET /me?gate=${gate}` : 'GET /me';
      const node = nodeOf(this.#application, request);
      const answer = this.#owner.request(node, target, this.#cookies.get(request));
      this.#answers.set(request, answer);
      return isHeld ? gates.arrivals(gate, 1) : answer;
    } else if (kind === 'finish') {
      gates.open(gate);
      return this.#answers.get(request);
    }
    return undefined;
  }
}

export interface CopyFigures {
  readonly copies: number;
  /** Copies that still work after a secret that had fallen behind was presented. */
  readonly kept: number;
  /** Copies after which no session is left, for the owner neither. */
  readonly ended: number;
}

const MINUTE = 60_000;
const UNTIL_RENEWAL = RENEWAL_TIMES.renewal + MINUTE;
const PAST_OVERLAP = RENEWAL_TIMES.overlap + MINUTE;

/** Two thieves: one falls behind its owner, the other makes its owner fall behind. */
export async function raceCopies(application: Application): Promise<CopyFigures> {
  const outcomes: { readonly kept: boolean; readonly ended: boolean }[] = [];
  for (const ahead of ['owner', 'copy'] as const) {
    const user = `behind-${ahead}`;
    const owner = await signedIn(application, user);
    const copy = await owner.copy();
    const [first, second] = ahead === 'owner' ? [owner, copy] : [copy, owner];
    await application.advance(UNTIL_RENEWAL);
    // Offered, then presented.
    await first.visit(nodeOf(application, 0), 'GET /me');
    await first.visit(nodeOf(application, 1), 'GET /me');
    await application.advance(PAST_OVERLAP);
    const isStaleKept = await isAccepted(second, nodeOf(application, 2), user);
    const isFirstKept = await isAccepted(first, nodeOf(application, 2), user);
    const isCopyKept = ahead === 'owner' ? isStaleKept : isFirstKept;
    outcomes.push({ kept: isCopyKept, ended: !isStaleKept && !isFirstKept });
    owner.close();
  }
  return {
    copies: outcomes.length,
    kept: outcomes.filter(({ kept }) => kept).length,
    ended: outcomes.filter(({ ended }) => ended).length,
  };
}
