// The tables that the simulation prints.

import type { Budget } from './budget.js';
import type { Phase } from './fleet-changes.js';
import type { Figures } from './scenario.js';

const FIRST_COLUMN = 60;
const COLUMN = 9;

function printRow(first: string, others: readonly string[]): void {
  console.log(first.padEnd(FIRST_COLUMN) + others.map((text) => text.padStart(COLUMN)).join(''));
}

function thousands(value: number): string {
  return `${value < 9_950 ? (value / 1e3).toFixed(1) : Math.round(value / 1e3)}k`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function printTitle(title: string, columns: readonly string[]): void {
  console.log('');
  printRow(title, columns);
}

export const FIGURE_COLUMNS: readonly string[] =
  'hits reads touches renewals patches told entries'.split(' ');

export function printFigures(name: string, figures: Figures): void {
  const { hitRatio, reads, touches, renewals, patches, announcements, entries } = figures;
  const counts = [reads, touches, renewals, patches, announcements, entries];
  printRow(name, [percent(hitRatio), ...counts.map(thousands)]);
}

export const PHASE_COLUMNS: readonly string[] = ['hits', 'reads', 'worst'];

export function printPhase(name: string, { hitRatio, reads, worstReads }: Phase): void {
  printRow(name, [percent(hitRatio), thousands(reads), thousands(worstReads)]);
}

/** R: cores of Redis; A: cores of the application; Gb: gigabits a second. */
export const BUDGET_COLUMNS: readonly string[] =
  'ops,tellings,R verbs,R tells,A hits,A reads,A hears,Gb verbs,Gb tells,cache MB,masters'.split(
    ',',
  );

export function printBudget(name: string, budget: Budget): void {
  const { redisCores, applicationCores, gigabits, masters } = budget;
  const cores = [...Object.values(redisCores), ...Object.values(applicationCores)];
  const amounts = [...cores, gigabits.verbs, gigabits.telling, budget.cacheMegabytes];
  printRow(name, [
    thousands(budget.operations),
    `${(budget.deliveries / 1e6).toFixed(2)}M`,
    ...amounts.map((amount) => amount.toFixed(1)),
    String(Math.max(masters.forWork, masters.forMemory, masters.withoutCaches)),
  ]);
}
