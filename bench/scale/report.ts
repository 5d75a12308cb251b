// The tables that the simulation prints.

import type { postgresCores, RedisBudget } from './budget.js';
import type { Phase } from './fleet-changes.js';
import type { Figures } from './scenario.js';

const FIRST_COLUMN = 62;
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

/** R: cores of Redis; A: cores of the application; Gb: gigabits a second; M: masters. */
export const REDIS_COLUMNS: readonly string[] =
  'ops,told to,R verbs,R tells,A hits,A reads,A hears,Gb verbs,Gb tells,M work,M memory,M bypass'.split(
    ',',
  );

export function printRedisBudget(name: string, budget: RedisBudget): void {
  const { serverCores, applicationCores, gigabits, masters } = budget;
  const amounts = [serverCores, applicationCores, gigabits].flatMap((part) => Object.values(part));
  printRow(name, [
    thousands(budget.operations),
    `${(budget.deliveries / 1e6).toFixed(2)}M`,
    ...amounts.map((amount) => amount.toFixed(1)),
    ...Object.values(masters).map(String),
  ]);
}

/** Cores. */
export const POSTGRES_COLUMNS: readonly string[] = ['verbs', 'telling', 'bypass'];

export function printPostgresCores(name: string, cores: ReturnType<typeof postgresCores>): void {
  const { verbs, telling, bypass } = cores;
  printRow(
    name,
    [verbs, telling, bypass].map((amount) => amount.toFixed(1)),
  );
}
