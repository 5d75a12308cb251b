// How delays are written in a table.

import { spreadOf } from 'countersign-races';

/** Of figures in milliseconds: p50, p99 and the largest. */
export function writeDelays(delays: readonly number[]): string {
  const { p50, p99, max } = spreadOf(delays);
  return `${[p50, p99, max].map((ms) => ms.toFixed(ms === 0 ? 0 : 1)).join(' / ')} ms`;
}
