// Values that may be kept in a session: JSON (RFC 8259), refused with the place of the fault rather
// than changed silently, as JSON.stringify would do with a Date, a Map or NaN.

import { CountersignError } from '../errors.js';

/** How deep values may nest. Deeper ones would overflow the stack of whoever reads them. */
const DEEPEST = 100;

/**
 * The JSON text of a value. Object properties that are `undefined` are left out.
 * @param path names the value in the error, such as `cart`
 * @throws CountersignError `data-invalid` for anything that would not come back as it is
 */
export function toJson(value: unknown, path: string): string {
  assertJson(value, path, 0);
  return JSON.stringify(value);
}

/** Freezes a JSON value all the way down and gives it back. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

function assertJson(value: unknown, path: string, depth: number): void {
  if (depth > DEEPEST)
    throw refused(path, `nests deeper than ${DEEPEST} levels, or contains itself`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refused(path, `is ${value}, which JSON cannot hold`);
    return;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) assertJson(value[i], `${path}[${i}]`, depth + 1);
    return;
  }
  if (typeof value !== 'object')
    throw refused(path, `is a ${typeof value}, which JSON cannot hold`);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused(path, 'is neither a plain object nor an array; convert it first');
  }
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) assertJson(inner, `${path}.${key}`, depth + 1);
  }
}

function refused(path: string, problem: string): CountersignError {
  return new CountersignError('data-invalid', `Session data: ${path} ${problem}`);
}
