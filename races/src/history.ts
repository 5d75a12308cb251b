// The history of a race between an ending and requests, and the judge over it: was any request accepted
// that started after the ending had returned, and the bound had passed? All times by one clock, in
// milliseconds.

export interface RequestEntry {
  readonly session: string;
  /** Where it was checked. */
  readonly node: number;
  /** When it came to that node, before its check. */
  readonly start: number;
  /** When its answer was there. */
  readonly finish: number;
  /** Whether the check took it for signed in. */
  readonly accepted: boolean;
}

export interface EndingEntry {
  readonly session: string;
  readonly asked: number;
  /** From here on the promise holds. */
  readonly returned: number;
}

export interface History {
  readonly requests: readonly RequestEntry[];
  readonly endings: readonly EndingEntry[];
}

export interface LateAcceptance {
  readonly request: RequestEntry;
  /** How long after the ending had returned the request started. */
  readonly after: number;
}

/**
 * The requests that break the first promise.
 * @param bound for how long after an ending a node may still say yes; 0 where every check asks the store
 * @throws RangeError when the history proves nothing: an ending without a request before and after it, or
 *   a time that is not one
 */
export function findLateAcceptances(history: History, bound: number): readonly LateAcceptance[] {
  for (const ending of history.endings) assertTelling(history, ending);
  return acceptancesAfterEnding(history).filter(({ after }) => after > bound);
}

/** Every request that was accepted although it started after its session's ending had returned. */
export function acceptancesAfterEnding(history: History): readonly LateAcceptance[] {
  const returned = new Map<string, number>();
  for (const { session, returned: time } of history.endings) {
    returned.set(session, Math.min(time, returned.get(session) ?? Infinity));
  }
  return history.requests.flatMap((request) => {
    const ended = returned.get(request.session);
    if (ended === undefined || !request.accepted || request.start <= ended) return [];
    return [{ request, after: request.start - ended }];
  });
}

function assertTelling({ requests }: History, { session, asked, returned }: EndingEntry): void {
  const own = requests.filter((request) => request.session === session);
  const times = [asked, returned, ...own.flatMap(({ start, finish }) => [start, finish])];
  if (!times.every(Number.isFinite)) throw new RangeError(`A time of ${session} is missing`);
  if (asked > returned || own.some(({ start, finish }) => start > finish))
    throw new RangeError(`Something of ${session} ends before it begins`);
  if (!own.some(({ start, accepted }) => accepted && start < asked))
    throw new RangeError(`${session} was never accepted before its ending`);
  if (!own.some(({ start }) => start > returned))
    throw new RangeError(`${session} was not tried after its ending`);
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles by nearest rank. Of no values: all `NaN`. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
