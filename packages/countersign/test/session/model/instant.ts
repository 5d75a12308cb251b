// Points of a run in one total order, with the time of day of each. Two things are "one after the
// other" only when the first had returned before the second was begun.

export interface Instant {
  readonly order: number;
  /** Epoch milliseconds of the world's true clock. */
  readonly time: number;
}

/** Something that takes a while; `end` stays open when nobody saw it return. */
export interface Span {
  readonly start: Instant;
  end: Instant | undefined;
}

export function isBefore(a: Instant | undefined, b: Instant): boolean {
  return a !== undefined && a.order < b.order;
}
