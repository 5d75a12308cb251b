// Tells the operator of failures that became a 500 or 503. Quiet by nature: a store that is down
// fails every request, and a log must not make that worse.

import type { Clock } from '../clock.js';
import { CountersignError } from '../errors.js';
import { tellListener } from '../listener.js';

const QUIET_MS = 60_000;

/** @param onError what the application wants instead of process warnings */
export function createFailureReport(
  clock: Clock,
  onError: ((error: unknown) => void) | undefined,
): (error: unknown) => void {
  let quietUntil = Number.NEGATIVE_INFINITY;
  return (error) => {
    try {
      if (onError !== undefined) {
        tellListener(onError, error, () => undefined);
        return;
      }
      const now = clock.now();
      if (now < quietUntil) return;
      quietUntil = now + QUIET_MS;
      process.emitWarning(describe(error), 'CountersignWarning');
    } catch {
      // A log that fails changes no answer.
    }
  };
}

function describe(error: unknown): string {
  const code = error instanceof CountersignError ? ` (${error.code})` : '';
  const cause =
    error instanceof Error && error.cause !== undefined ? `: ${textOf(error.cause)}` : '';
  return `A request failed${code}: ${textOf(error)}${cause}. Further failures are not told for a minute; pass onError to hear of each.`;
}

function textOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
