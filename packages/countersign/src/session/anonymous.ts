// Anonymous sessions: made only when something is to be kept for a visitor. Their own cookie name,
// a random home, no renewal (A41). They end at sign-in.

import { CountersignError } from '../errors.js';
import type { SessionContext } from './context.js';
import { RECORD_FORMAT, type Client, type SessionRecord } from './record.js';
import { hashToken, mintToken, randomHome } from './token.js';

/** Stores a new anonymous session with this data. */
export async function createAnonymous(
  context: SessionContext,
  data: string,
  client: Client,
): Promise<{ readonly token: string; readonly record: SessionRecord }> {
  const { store, mint, policy, clock } = context;
  const now = clock.now();
  const { id, token } = mintToken(mint, randomHome());
  const record: SessionRecord = {
    id,
    lineage: id,
    format: RECORD_FORMAT,
    revision: 0,
    userId: null,
    renewal: { generation: 0, hash: hashToken(token), since: now, pending: null, previous: null },
    createdAt: now,
    authenticatedAt: null,
    lastSeenAt: now,
    expiresAt: now + policy.anonymous,
    replaced: false,
    remembered: false,
    factors: [],
    client,
    deviceKey: null,
    data,
  };
  const result = await store.insert(record, {});
  if (!result.ok) {
    throw new CountersignError('store-unavailable', 'The store refused an anonymous session');
  }
  context.events.created({ id, userId: null, at: now });
  return { token, record };
}
