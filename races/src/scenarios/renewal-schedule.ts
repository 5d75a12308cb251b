// The schedule of scenario 5: bursts of requests of one browser, some slow, some late, with responses
// that are late, overtaken or lost, all within the bounds of the third promise. Seeded.

import { createRandom } from '../random.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What the application has to be set to. */
export const RENEWAL_TIMES = {
  renewal: 15 * MINUTE,
  overlap: 5 * MINUTE,
  skew: 5 * SECOND,
  /** The idle and the absolute limit: out of the way. */
  limit: 720 * MINUTE,
} as const;

/** The nodes' clocks are one, yet a store may take its time. */
const MARGIN = RENEWAL_TIMES.skew + 5 * SECOND;
/** From a request's departure until its response leaves the node. */
const LONGEST_REQUEST = RENEWAL_TIMES.overlap - MARGIN;
/** From there until the response's cookies are in the jar. */
const LONGEST_RESPONSE = RENEWAL_TIMES.renewal - MARGIN;

const REQUEST_TIMES = [0, 0, 0, 0, SECOND, 30 * SECOND, 2 * MINUTE, LONGEST_REQUEST] as const;
const RESPONSE_TIMES = [
  0,
  0,
  0,
  SECOND,
  MINUTE,
  6 * MINUTE,
  12 * MINUTE,
  LONGEST_RESPONSE,
] as const;
const PAUSES = [3 * MINUTE, 7 * MINUTE, 15 * MINUTE, 16 * MINUTE, 21 * MINUTE] as const;
/** One response in so many is lost. */
const LOST = 5;

export type Step =
  /** The request takes along the cookies of now. */
  | { readonly kind: 'depart'; readonly request: number }
  /** It comes to its node. With `held`, its handler is still at work when the step is over. */
  | { readonly kind: 'arrive'; readonly request: number; readonly held: boolean }
  /** A held handler goes on, and answers. */
  | { readonly kind: 'finish'; readonly request: number }
  /** The cookies of its response come to the jar. Never, for one that is lost. */
  | { readonly kind: 'deliver'; readonly request: number };

/** What happens at one time, in this order; steps of one kind in a row happen together. */
export interface Moment {
  readonly at: number;
  readonly steps: readonly Step[];
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly bursts: number;
  /** Requests of one burst: they depart together. */
  readonly parallel: number;
}

/** Moments in order of time, in milliseconds from the beginning. */
export function planRenewal({ seed, bursts, parallel }: ScheduleOptions): readonly Moment[] {
  const random = createRandom(seed);
  const moments = new Map<number, Step[]>();
  const plan = (at: number, step: Step): void => {
    const steps = moments.get(at);
    if (steps === undefined) moments.set(at, [step]);
    else steps.push(step);
  };
  let departure = 0;
  for (let request = 0; request < bursts * parallel; request += 1) {
    if (request % parallel === 0) departure += random.pick(PAUSES);
    const answered = departure + random.pick(REQUEST_TIMES);
    // A request is late on its way there, or its handler takes long.
    const held = answered > departure && random.below(2) === 0;
    plan(departure, { kind: 'depart', request });
    plan(held ? departure : answered, { kind: 'arrive', request, held });
    if (held) plan(answered, { kind: 'finish', request });
    if (random.below(LOST) > 0)
      plan(answered + random.pick(RESPONSE_TIMES), { kind: 'deliver', request });
  }
  return [...moments]
    .toSorted(([a], [b]) => a - b)
    .map(([at, steps]) => ({ at, steps: inOrder(random.shuffle(steps)) }));
}

const ORDER: readonly Step['kind'][] = ['depart', 'arrive', 'finish', 'deliver'];

/** What is due at once happens in the order of nature, and among its like in any order. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  return steps.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
