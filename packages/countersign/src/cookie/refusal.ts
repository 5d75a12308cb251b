// The error for a cookie that is not written. Knows no rules, only how to say one.

import { CountersignError } from '../errors.js';

const SHOWN_LENGTH = 80;

/**
 * A CountersignError `cookie-invalid`. The name is quoted and cut, since it may be what carries the line
 * break; the value is never shown.
 * @param rule the specification and section a browser would have applied
 */
export function refusal(name: string, problem: string, rule: string): CountersignError {
  const shown = JSON.stringify(name.slice(0, SHOWN_LENGTH));
  return new CountersignError('cookie-invalid', `cookie ${shown}: ${problem} (${rule})`);
}

/** A number as it is, and of anything else its type only: not every object can be made into text. */
export function shown(value: number): string {
  return typeof value === 'number' ? `${value}` : `of type ${typeof value}`;
}
