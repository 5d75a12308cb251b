// Renewal: a session's secret is replaced while it is in use, without signing anybody out. The rules
// are numbered in `docs/design/sessions.md`; each is a compare-and-swap on the renewal state.

import type { SessionContext } from './context.js';
import type { SessionRecord } from './record.js';
import { deriveSuccessor, hashToken } from './token.js';
import { isRenewalDue, judge } from './verdict.js';

/** How often a lost compare-and-swap is looked at again. Each loss means that somebody else got further. */
const MOST_TRIES = 4;

/**
 * The successor to send with this response, or `undefined`. Asked when the response begins, not when
 * the request came: only whoever holds the current secret by then is offered the next one (rule 1).
 */
export async function offerSuccessor(
  context: SessionContext,
  token: string,
  record: SessionRecord,
): Promise<{ readonly token: string; readonly record: SessionRecord } | undefined> {
  const { store, policy, clock, mint } = context;
  const evidence = { hash: hashToken(token), deviceProved: record.deviceKey !== null };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const fresh = await store.read(record.id, { fresh: true });
    const now = clock.now();
    if (fresh === null || !isRenewalDue(fresh, policy, now)) return undefined;
    const verdict = judge(fresh, evidence, policy, now);
    if (verdict.kind !== 'live' || verdict.secret !== 'current') return undefined;
    const { renewal } = fresh;
    const key = renewal.pending === null ? mint.ring.newest : mint.ring.find(renewal.pending.keyId);
    if (key === undefined) return undefined;
    const successor = deriveSuccessor(mint, key, token, renewal.generation);
    const hash = hashToken(successor);
    if (renewal.pending !== null) {
      return renewal.pending.hash === hash ? { token: successor, record: fresh } : undefined;
    }
    const to = { ...renewal, pending: { hash, keyId: key.id } };
    const outcome = await store.renew(fresh.id, renewal, to);
    if (outcome === 'ok') return { token: successor, record: fresh };
    if (outcome === 'missing') return undefined;
  }
  return undefined;
}

/**
 * Makes the pending secret the current one at its first presentation; the one before stays good for
 * the overlap (rules 3 and 4). `stale`: somebody else changed the state first, so read and judge again.
 */
export async function promote(
  context: SessionContext,
  record: SessionRecord,
): Promise<SessionRecord | 'missing' | 'stale'> {
  const { store, policy, clock } = context;
  const { renewal } = record;
  if (renewal.pending === null) return 'stale';
  const now = clock.now();
  const promoted = {
    generation: renewal.generation + 1,
    hash: renewal.pending.hash,
    since: now,
    pending: null,
    previous: { hash: renewal.hash, until: now + policy.overlap },
  };
  const outcome = await store.renew(record.id, renewal, promoted);
  return outcome === 'ok' ? { ...record, renewal: promoted } : outcome;
}
