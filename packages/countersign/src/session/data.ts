// Session data as JSON text: how changed keys are merged into it. Stores and the session handle
// both merge with this one function, so a key means the same everywhere.

import type { DataChange } from './store.js';

/**
 * The JSON object in `data` with the keys of `change` set and removed, as text again. Keys that did
 * not change keep their text value-for-value; `__proto__` and `constructor` are ordinary keys.
 */
export function mergeData(data: string, change: DataChange): string {
  const entries = new Map<string, unknown>(Object.entries(parseData(data)));
  for (const key of change.remove) entries.delete(key);
  for (const [key, text] of change.set) entries.set(key, JSON.parse(text));
  return JSON.stringify(Object.fromEntries(entries));
}

/** The JSON object in `data`. Own keys only matter; the object is not frozen. */
export function parseData(data: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(data);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('Stored session data is not a JSON object');
  }
  return Object.fromEntries(Object.entries(value));
}
