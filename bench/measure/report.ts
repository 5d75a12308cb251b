// The lines that a benchmark prints: one comparison each, with its bar and whether that was kept.

import { medianOf, spreadOf } from './ratio.js';

/** One run of both contenders, in any unit of cost. */
export interface Pair {
  readonly ours: number;
  readonly floor: number;
}

export interface Comparison {
  readonly title: string;
  readonly unit: string;
  readonly pairs: readonly Pair[];
  /** The median ratio ours / floor may be this much. Without it nothing is promised. */
  readonly bar?: number;
}

const COLUMNS = { title: 24, figure: 12, ratio: 22 };

export function printHeading(text: string): void {
  const { title, figure, ratio } = COLUMNS;
  const names = [
    'ours'.padStart(figure),
    'by hand'.padStart(figure),
    '  ratio [95 %]'.padEnd(ratio),
  ];
  console.log(`${text}\n${''.padEnd(title)}${names.join('')}  bar`);
}

/** Prints the comparison; whether its bar was kept, if it has one. */
export function printComparison({ title, unit, pairs, bar }: Comparison): boolean {
  const { median, low, high, count } = spreadOf(pairs.map((pair) => pair.ours / pair.floor));
  const isKept = bar === undefined || median <= bar;
  const verdict = bar === undefined ? '' : `${bar.toFixed(2)} ${isKept ? 'kept' : 'MISSED'}, `;
  const figures = [
    title.padEnd(COLUMNS.title),
    `${medianOf(pairs.map((pair) => pair.ours)).toFixed(unit === 'ns' ? 0 : 1)} ${unit}`.padStart(
      COLUMNS.figure,
    ),
    `${medianOf(pairs.map((pair) => pair.floor)).toFixed(unit === 'ns' ? 0 : 1)} ${unit}`.padStart(
      COLUMNS.figure,
    ),
    `  ${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`.padEnd(COLUMNS.ratio),
    `  ${verdict}${count} pairs`,
  ];
  console.log(figures.join(''));
  return isKept;
}
