// The first data of a session that a sign-in makes: all of it when the same user authenticates again,
// only the named keys of an anonymous session, nothing of another user; then what this request staged.

import type { SessionContext } from './context.js';
import { mergeData, parseData } from './data.js';
import type { SessionRecord } from './record.js';
import type { DataChange } from './store.js';

const EMPTY = '{}';

/**
 * JSON text of the data to begin with.
 * @param before the live session that the request came with
 */
export async function initialData(
  context: SessionContext,
  before: SessionRecord | null,
  next: {
    readonly userId: string;
    readonly carry: readonly string[];
    readonly staged: DataChange | undefined;
  },
): Promise<string> {
  const fresh = before === null ? null : await context.store.read(before.id, { fresh: true });
  const base = fresh === null ? EMPTY : inherited(fresh, next.userId, next.carry);
  return next.staged === undefined ? base : mergeData(base, next.staged);
}

function inherited(before: SessionRecord, userId: string, carry: readonly string[]): string {
  if (before.userId === userId) return before.data;
  if (before.userId !== null) return EMPTY;
  const wanted = new Set(carry);
  return JSON.stringify(
    Object.fromEntries(Object.entries(parseData(before.data)).filter(([key]) => wanted.has(key))),
  );
}
