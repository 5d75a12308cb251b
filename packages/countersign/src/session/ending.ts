// Endings: each goes through here, so that each is told to listeners and aborts its signals.

import type { SessionContext } from './context.js';
import type { EndReason } from './events.js';
import type { SessionId, SessionRecord } from './record.js';

/** Tells that sessions have ended, after the store has ended them. */
export function announceEnded(
  context: SessionContext,
  ids: readonly SessionId[],
  userId: string | null,
  reason: EndReason,
): void {
  if (ids.length === 0) return;
  context.watch.ended(ids);
  const at = context.clock.now();
  for (const id of ids) context.events.ended({ id, userId, at, reason });
}

/**
 * Ends a session and all of its chain of re-authentications. While one of them lives it can grow the
 * chain by another, so the list is read until none is left: an ended one has no successor.
 */
export async function endLineage(
  context: SessionContext,
  record: SessionRecord,
  reason: EndReason,
): Promise<readonly SessionId[]> {
  const { id, userId, lineage } = record;
  const ended: SessionId[] = [];
  let chain: readonly SessionId[] = [id];
  while (chain.length > 0) {
    const gone = await context.store.end(chain);
    announceEnded(context, gone, userId, reason);
    ended.push(...gone);
    const left = userId === null ? [] : await context.store.list(userId);
    chain = left.filter((other) => other.lineage === lineage).map((other) => other.id);
  }
  return ended;
}

/** Removes a record that time has ended. Its id counts as ended even if a sweep was faster. */
export async function endByTime(
  context: SessionContext,
  record: SessionRecord,
  reason: EndReason,
): Promise<void> {
  const ended = await context.store.end([record.id]);
  announceEnded(context, ended, record.userId, reason);
}
