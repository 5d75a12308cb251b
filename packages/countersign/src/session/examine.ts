// One token, taken in order from a fresh record: shape, tag, record, verdict, promotion or the ending of
// a copied session. What a client sends never throws; a store that fails does.

import type { SessionContext } from './context.js';
import { endByTime, endLineage } from './ending.js';
import type { Client, SessionRecord } from './record.js';
import { promote } from './renewal.js';
import type { Found } from './found.js';
import { hasValidTag, hashToken, isToken, tokenId } from './token.js';
import { isTouchDue, judge } from './verdict.js';

/** Promotions lost to another request before giving up on a token; each loss means the record changed. */
const MOST_TRIES = 4;

/** Which of the two session cookies a token came in. */
export type Kind = 'signed-in' | 'anonymous';

export interface Circumstances {
  readonly client: Client;
  /** False among duplicates: then a superseded token ends nothing, since anybody may have planted it. */
  readonly isAlone: boolean;
}

/** What a token that was presented comes to. */
export async function examineToken(
  context: SessionContext,
  token: string,
  kind: Kind,
  circumstances: Circumstances,
): Promise<Found> {
  const { store, tags, clock, events } = context;
  if (!isToken(token)) {
    events.unknownToken({ kind: 'malformed', client: circumstances.client, at: clock.now() });
    return found('malformed');
  }
  const hash = hashToken(token);
  // A token that was never made here reaches no other machine.
  if (store.remote && !tags.isValid(token, hash)) return forged(context, circumstances);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const record = await store.read(tokenId(token), { fresh: true });
    if (record === null) return missing(context, token, circumstances);
    if ((record.userId === null) !== (kind === 'anonymous')) return found('wrong-kind');
    const result = await judgeToken(context, record, { token, hash }, circumstances);
    if (result !== 'stale') return result;
  }
  return found('not-found');
}

export function found(
  outcome: Found['outcome'],
  token: string | null = null,
  record: SessionRecord | null = null,
): Found {
  return { outcome, token, record };
}

async function judgeToken(
  context: SessionContext,
  record: SessionRecord,
  { token, hash }: { readonly token: string; readonly hash: string },
  circumstances: Circumstances,
): Promise<Found | 'stale'> {
  const evidence = { hash, deviceProved: false };
  const verdict = judge(record, evidence, context.policy, context.clock.now());
  if (verdict.kind === 'ended') {
    if (context.touches.isWaiting(record.id)) {
      // It was seen a moment ago, and the record does not say so yet.
      await context.touches.flush();
      return 'stale';
    }
    await endByTime(context, record, verdict.reason);
    return found(verdict.reason);
  }
  if (verdict.kind === 'refused') {
    if (verdict.reason === 'device-proof-missing') return found(verdict.reason);
    if (!hasValidTag(context.mint, token)) return forged(context, circumstances);
    return circumstances.isAlone ? endAsCopied(context, record, circumstances) : found('reuse');
  }
  if (verdict.secret === 'pending' && !record.replaced) {
    return promoteToken(context, record, token, circumstances);
  }
  const outcome = verdict.secret === 'previous' ? 'live-previous-secret' : 'live';
  return live(context, record, token, outcome);
}

async function promoteToken(
  context: SessionContext,
  record: SessionRecord,
  token: string,
  { client }: Circumstances,
): Promise<Found | 'stale'> {
  const promoted = await promote(context, record);
  if (promoted === 'stale') return 'stale';
  if (promoted === 'missing') return found('not-found');
  const at = context.clock.now();
  context.events.renewed({ id: record.id, userId: record.userId, at });
  const { userAgent } = client;
  const before = record.client.userAgent;
  if (userAgent !== null && before !== null && userAgent !== before) {
    context.events.anomaly({ kind: 'user-agent-changed', id: record.id, client, at });
  }
  return live(context, promoted, token, 'live');
}

function live(
  context: SessionContext,
  record: SessionRecord,
  token: string,
  outcome: 'live' | 'live-previous-secret',
): Found {
  const now = context.clock.now();
  if (isTouchDue(record, context.policy, now)) context.touches.add(record.id, now);
  return found(outcome, token, record);
}

/** A secret that was once ours and is no more: two parties hold this session (rule 5; A55). */
async function endAsCopied(
  context: SessionContext,
  record: SessionRecord,
  { client }: Circumstances,
): Promise<Found> {
  const at = context.clock.now();
  const ended = await endLineage(context, record, 'reuse');
  if (ended.length > 0) {
    context.events.reuseDetected({ id: record.id, userId: record.userId, at, client });
  }
  return found('reuse');
}

/** No record: ended, if the token was made here; otherwise never issued (A36, A37). */
function missing(context: SessionContext, token: string, circumstances: Circumstances): Found {
  return hasValidTag(context.mint, token) ? found('not-found') : forged(context, circumstances);
}

function forged(context: SessionContext, { client }: Circumstances): Found {
  context.events.unknownToken({ kind: 'forged', client, at: context.clock.now() });
  return found('forged');
}
