// A user's sessions as a device list, and ending one of them (A78; ASVS 7.5.2).

import type { SessionContext } from './context.js';
import { endLineage } from './ending.js';
import type { SessionId, SessionRecord } from './record.js';
import type { SessionSummary } from './session.js';
import { endedByTime } from './verdict.js';

/** The live sessions of a user, newest first. One that a re-authentication replaced is not a device of its own. */
export async function listSessions(
  context: SessionContext,
  userId: string,
  current: SessionId | null,
): Promise<readonly SessionSummary[]> {
  // "Last seen" shall be right in the list; a failing flush is not a reason to show none.
  await context.touches.flush().catch(() => undefined);
  const records = await context.store.list(userId);
  const now = context.clock.now();
  return records
    .filter((record) => endedByTime(record, context.policy, now) === undefined)
    .filter((record) => !record.replaced || record.id === current)
    .map((record) => summarize(record, current));
}

/**
 * Ends a session by its id, with its chain of re-authentications.
 * @param options with `owner`, only if it belongs to that user
 * @returns false when there is no such session
 */
export async function endOne(
  context: SessionContext,
  id: SessionId,
  options: { readonly owner?: string },
): Promise<boolean> {
  if (typeof id !== 'string') return false;
  const record = await context.store.read(id, { fresh: true });
  if (record === null) return false;
  if (options.owner !== undefined && record.userId !== options.owner) return false;
  const reason = options.owner === undefined ? 'ended-by-application' : 'ended-by-user';
  return (await endLineage(context, record, reason)).length > 0;
}

function summarize(record: SessionRecord, current: SessionId | null): SessionSummary {
  return {
    id: record.id,
    current: record.id === current,
    createdAt: record.createdAt,
    authenticatedAt: record.authenticatedAt,
    lastSeenAt: record.lastSeenAt,
    expiresAt: record.expiresAt,
    remembered: record.remembered,
    factors: record.factors,
    client: record.client,
  };
}
