// The lines of the benchmark: one kind of name beside known names with a wrong password, by the clock and by
// the processor's time.

import { medianOf, spreadOf } from '../measure/ratio.js';
import { signTestOf } from '../measure/sign-test.js';

/** One try, in milliseconds. */
export interface Cost {
  /** By the clock: what a guesser sees. */
  readonly took: number;
  /** Of the processor, whatever else the machine does: all the work that was done. */
  readonly worked: number;
}

export interface Line {
  readonly title: string;
  /** Of this kind and of the known names, by round. */
  readonly theirs: readonly Cost[];
  readonly known: readonly Cost[];
  readonly bars: Bars;
}

/** Beyond both, two kinds are told apart. */
export interface Bars {
  /** Standard errors: less is chance. */
  readonly z: number;
  /** A part of what a known name costs: less is nothing that a guesser across a network sees. */
  readonly part: number;
}

/** `seen`: a difference that is no chance, and under the bar. */
export type Verdict = 'alike' | 'seen' | 'told apart';

export interface Verdicts {
  readonly byTime: Verdict;
  readonly byWork: Verdict;
}

const WIDTH = { title: 26, figure: 11, difference: 20, z: 7, verdict: 12 };

export function printHeading(text: string): void {
  const measure = (name: string): string =>
    `${name} ms`.padStart(WIDTH.figure) +
    'µs more [95 %]'.padStart(WIDTH.difference) +
    'z'.padStart(WIDTH.z) +
    ''.padEnd(WIDTH.verdict);
  console.log(`${text}\n${''.padEnd(WIDTH.title)}${measure('clock')}${measure('CPU')}`);
}

export function printLine(line: Line): Verdicts {
  const byTime = compare(line, (cost) => cost.took);
  const byWork = compare(line, (cost) => cost.worked);
  const columns = [byTime, byWork].map(
    ({ text, verdict }) => text + `  ${verdict}`.padEnd(WIDTH.verdict),
  );
  console.log(line.title.padEnd(WIDTH.title) + columns.join(''));
  return { byTime: byTime.verdict, byWork: byWork.verdict };
}

function compare(
  { theirs, known, bars }: Line,
  measure: (cost: Cost) => number,
): { readonly verdict: Verdict; readonly text: string } {
  const values = theirs.map(measure);
  const others = known.map(measure);
  const differences = values.map((value, round) => value - (others[round] ?? value));
  const { median, low, high } = spreadOf(differences.map((ms) => ms * 1_000));
  const z = signTestOf(differences);
  const isChance = Math.abs(z) <= bars.z;
  const isSmall = Math.abs(median) / 1_000 <= bars.part * medianOf(others);
  const text =
    medianOf(values).toFixed(3).padStart(WIDTH.figure) +
    `${median.toFixed(0)} [${low.toFixed(0)}, ${high.toFixed(0)}]`.padStart(WIDTH.difference) +
    z.toFixed(2).padStart(WIDTH.z);
  return { verdict: isChance ? 'alike' : isSmall ? 'seen' : 'told apart', text };
}
