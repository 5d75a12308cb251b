// What is said of many ratios, each of two runs side by side: their median, and between which two of
// them the true median lies. Order statistics: nothing is supposed of how the ratios are spread.

/** The median, and the interval that covers the true one with a probability of at least 95 %. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = lowerRank(sorted.length);
  return {
    median: medianOf(values),
    low: sorted[rank] ?? Number.NaN,
    high: sorted[sorted.length - 1 - rank] ?? Number.NaN,
    count: sorted.length,
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * The position, from 0, of the value at the lower end: fewer than 2.5 in 100 samples have so few values
 * below the true median. Each value is below it with probability ½, so their number is binomial.
 */
function lowerRank(count: number): number {
  let probability = 0.5 ** count;
  let below = 0;
  for (let rank = 0; rank < count; rank += 1) {
    below += probability;
    if (below > 0.025) return Math.max(0, rank - 1);
    probability *= (count - rank) / (rank + 1);
  }
  return 0;
}
