// One line for the start output: where accounts and sessions are, and how late an ending can be seen.

import type { StoreOptions } from './store-options.js';

/** `undefined` where all is in the data folder. */
export function describeStores(options: StoreOptions): string | undefined {
  const { database, sessions, maxStaleness } = options;
  if (database === undefined && sessions === undefined) return undefined;
  const accounts = database?.place ?? 'SQLite';
  const places =
    sessions === undefined
      ? `accounts and sessions in ${accounts}`
      : `accounts in ${accounts}, sessions in ${sessions.place}`;
  const bound =
    maxStaleness === 0
      ? 'asked at every request'
      : `an ending elsewhere is seen within ${inUnits(maxStaleness)}`;
  return `${places}; ${bound}`;
}

function inUnits(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds} ms` : `${milliseconds / 1_000} s`;
}
