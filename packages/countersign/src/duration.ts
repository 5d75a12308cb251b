// Durations as people write them: '90s', '15m', '12h', '30d'. Not calendar arithmetic.

import { misconfigured } from './errors.js';

/** A whole or decimal number and a unit: `ms`, `s`, `m` (minutes), `h` or `d` (24 hours). */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * A duration in milliseconds.
 * @param option the option's path, for the error
 * @throws CountersignError `configuration` for anything that is not a positive duration
 */
export function parseDuration(duration: Duration, option: string): number {
  const match = typeof duration === 'string' ? PATTERN.exec(duration) : null;
  const milliseconds = Math.round(Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? Number.NaN));
  if (!Number.isSafeInteger(milliseconds) || milliseconds <= 0) {
    throw misconfigured(
      option,
      `${shown(duration)} is not a duration`,
      "Write a number above 0 and a unit, such as '30m', '12h' or '90s'",
    );
  }
  return milliseconds;
}

/** Whatever plain JavaScript gives: not all of it can be written as JSON, or as text at all. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
