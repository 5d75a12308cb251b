// Chance that can be repeated: a seeded generator (mulberry32), for schedules, never for secrets.

export interface Random {
  /** A whole number from 0 to below `count`. */
  below(count: number): number;
  /** One of these, each equally likely. */
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** The same in another order. */
  shuffle<T>(values: readonly T[]): readonly T[];
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    shuffle: (values) =>
      values
        .map((value) => ({ value, rank: next() }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ value }) => value),
  };
}
