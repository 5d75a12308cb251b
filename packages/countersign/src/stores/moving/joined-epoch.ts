// The epoch of a user who may have sessions in two stores: both epochs as one text. It is the same
// whichever of the two new sessions go into, so that nodes that differ in that understand each other.

import type { Epoch } from '../../session/store.js';

/** One value for each of the two stores. */
export interface Sides<T> {
  readonly from: T;
  readonly to: T;
}

export type Side = keyof Sides<unknown>;

export function joinEpochs({ from, to }: Sides<Epoch>): Epoch {
  return JSON.stringify([from, to]);
}

/** `null` for a text that `joinEpochs` did not make, such as the epoch of one store alone. */
export function splitEpoch(epoch: Epoch): Sides<Epoch> | null {
  const parts = parsed(epoch);
  if (!isList(parts) || parts.length !== 2) return null;
  const [from, to] = parts;
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
