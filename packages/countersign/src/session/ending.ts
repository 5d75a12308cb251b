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
 * Ends a session and all of its chain of re-authentications. The session itself first: after that no
 * re-authentication can add to the chain, so the list read then is complete.
 */
export async function endLineage(
  context: SessionContext,
  record: SessionRecord,
  reason: EndReason,
): Promise<readonly SessionId[]> {
  const { store } = context;
  const ended = [...(await store.end([record.id]))];
  announceEnded(context, ended, record.userId, reason);
  if (record.userId !== null) {
    const chain = (await store.list(record.userId)).filter(
      (other) => other.lineage === record.lineage && other.id !== record.id,
    );
    if (chain.length > 0) {
      const more = await store.end(chain.map((other) => other.id));
      announceEnded(context, more, record.userId, reason);
      ended.push(...more);
    }
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
