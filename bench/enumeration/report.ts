// The lines of the benchmark: one kind beside the known one, by the clock and by the processor's time, up
// to the answer and behind it.

import { medianOf, spreadOf } from '../measure/ratio.js';
import { signTestOf } from '../measure/sign-test.js';

/** One try, in milliseconds. */
export interface Cost {
  /** By the clock, until the answer: what a stranger sees. */
  readonly took: number;
  /** Of the processor, until the answer, whatever else the machine does. */
  readonly worked: number;
  /** By the clock, from the answer to that of another request right behind it. */
  readonly next: number;
  /** Of the processor, until nothing goes on any more, with that other request. */
  readonly workedInAll: number;
}

export interface Line {
  readonly title: string;
  /** Of this kind and of the known one, by round. */
  readonly theirs: readonly Cost[];
  readonly known: readonly Cost[];
  /** Others of the known kind: what is told from the known is told from these too, or it is noise. */
  readonly again: readonly Cost[];
  readonly bars: Bars;
}

/** Beyond both, two kinds are told apart. */
export interface Bars {
  /** Standard errors: less is chance. */
  readonly z: number;
  /** A part of what a known one costs: less is nothing that a stranger across a network sees. */
  readonly part: number;
}

/** `seen`: a difference that is no chance, and under the bar. */
export type Verdict = 'alike' | 'seen' | 'told apart';

/** `took` and `worked` are what an answer tells; the other two, what goes on behind it. */
export type Verdicts = Readonly<Record<keyof Cost, Verdict>>;

const COLUMNS: Readonly<Record<keyof Cost, string>> = {
  took: 'answer, clock',
  worked: 'answer, CPU',
  next: 'next request, clock',
  workedInAll: 'in all, CPU',
};
const MEASURES = ['took', 'worked', 'next', 'workedInAll'] as const;
const WIDTH = { title: 20, median: 9, difference: 10, z: 8, verdict: 7 };
const MARKS: Readonly<Record<Verdict, string>> = {
  alike: '',
  seen: ' seen',
  'told apart': ' TOLD',
};

export function printHeading(text: string): void {
  const width = WIDTH.median + WIDTH.difference + WIDTH.z + WIDTH.verdict;
  const titles = MEASURES.map((measure) => COLUMNS[measure].padStart(width - WIDTH.verdict));
  console.log(`\n${text}`);
  console.log(''.padEnd(WIDTH.title) + titles.join(''.padEnd(WIDTH.verdict)));
  const units = 'µs'.padStart(WIDTH.median) + 'µs more'.padStart(WIDTH.difference);
  const unit = units + 'z'.padStart(WIDTH.z) + ''.padEnd(WIDTH.verdict);
  console.log(''.padEnd(WIDTH.title) + MEASURES.map(() => unit).join(''));
}

export function printLine(line: Line): Verdicts {
  const results = MEASURES.map((measure) => [measure, compare(line, measure)] as const);
  const text = results.map(([, each]) => each.text + MARKS[each.verdict].padEnd(WIDTH.verdict));
  console.log(line.title.padEnd(WIDTH.title) + text.join(''));
  const [took, worked, next, workedInAll] = results.map(([, { verdict }]) => verdict);
  const none = 'alike';
  return {
    took: took ?? none,
    worked: worked ?? none,
    next: next ?? none,
    workedInAll: workedInAll ?? none,
  };
}

function compare(
  line: Line,
  measure: keyof Cost,
): { readonly verdict: Verdict; readonly text: string } {
  const { verdict, text } = compareWith(line.known, line, measure);
  if (line.theirs === line.again || verdict === 'alike') return { verdict, text };
  const other = compareWith(line.again, line, measure).verdict;
  return { verdict: lesser(verdict, other), text };
}

function lesser(one: Verdict, other: Verdict): Verdict {
  const order: readonly Verdict[] = ['alike', 'seen', 'told apart'];
  return order.find((verdict) => verdict === one || verdict === other) ?? 'alike';
}

function compareWith(
  known: readonly Cost[],
  { theirs, bars }: Line,
  measure: keyof Cost,
): { readonly verdict: Verdict; readonly text: string } {
  const values = theirs.map((cost) => cost[measure]);
  const others = known.map((cost) => cost[measure]);
  const differences = values.map((value, round) => value - (others[round] ?? value));
  const { median } = spreadOf(differences.map((ms) => ms * 1_000));
  const z = signTestOf(differences);
  const isChance = Math.abs(z) <= bars.z;
  const isSmall = Math.abs(median) / 1_000 <= bars.part * medianOf(others);
  const text =
    (medianOf(values) * 1_000).toFixed(0).padStart(WIDTH.median) +
    median.toFixed(1).padStart(WIDTH.difference) +
    z.toFixed(1).padStart(WIDTH.z);
  return { verdict: isChance ? 'alike' : isSmall ? 'seen' : 'told apart', text };
}
