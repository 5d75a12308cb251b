// Sign-in: a new session with a new id, inserted only if nothing has ended the user's sessions since
// the attempt began (A39, A40; ASVS 7.2.4; F30). Not the proof of who it is: the caller has that.

import { CountersignError } from '../errors.js';
import { openAttempt } from './attempt.js';
import type { SessionContext } from './context.js';
import { announceEnded, endByTime, endLineage } from './ending.js';
import { initialData } from './initial-data.js';
import {
  RECORD_FORMAT,
  type Client,
  type Factor,
  type SessionId,
  type SessionRecord,
} from './record.js';
import type { SignInRefusal } from './session.js';
import type { DataChange, Epoch } from './store.js';
import { hashToken, homeOf, mintToken, type MintedToken } from './token.js';
import { endedByTime } from './verdict.js';

const LONGEST_USER_ID = 1024;

export interface SignIn {
  readonly userId: string;
  readonly attempt: string | undefined;
  /** What was proved just now. */
  readonly factors: readonly string[];
  /** What was proved before and still counts. */
  readonly earlier: readonly Factor[];
  readonly remember: boolean;
  /** Keys to take along from an anonymous session. */
  readonly carry: readonly string[];
  /** What this request has staged. */
  readonly staged: DataChange | undefined;
  readonly client: Client;
  /** The live session that the request came with. */
  readonly current: SessionRecord | null;
}

export type SignedIn =
  | { readonly ok: true; readonly token: string; readonly record: SessionRecord }
  | { readonly ok: false; readonly reason: SignInRefusal };

/** Refuses a user id that a store could not keep apart from another one. */
export function assertUserId(userId: string): void {
  if (
    typeof userId !== 'string' ||
    userId === '' ||
    userId.length > LONGEST_USER_ID ||
    !userId.isWellFormed()
  ) {
    throw new CountersignError(
      'data-invalid',
      `A user id is a well-formed string of 1 to ${LONGEST_USER_ID} characters`,
    );
  }
}

/** Makes the session. The record is in the store when this resolves with `ok`. */
export async function performSignIn(context: SessionContext, signIn: SignIn): Promise<SignedIn> {
  const { store, mint, policy, clock } = context;
  assertUserId(signIn.userId);
  const ticket = await epochOf(context, signIn);
  if (!ticket.ok) return ticket;
  const { current } = signIn;
  const replaced = current !== null && current.userId === signIn.userId ? current : null;
  if (current !== null && current.userId !== null && replaced === null) {
    await endLineage(context, current, 'another-user');
  }
  const before = await endTimedOut(context, signIn.userId);
  const minted = mintToken(mint, homeOf(signIn.userId));
  const record = newRecord(context, signIn, minted, {
    replaced,
    data: await initialData(context, current, signIn),
  });
  const result = await store.insert(record, {
    epoch: ticket.epoch,
    limit: policy.perUser,
    ...(replaced === null
      ? {}
      : { replaces: { id: replaced.id, until: clock.now() + policy.overlap } }),
  });
  if (!result.ok) {
    if (result.reason === 'limit') return { ok: false, reason: 'limit' };
    return { ok: false, reason: 'ended-meanwhile' };
  }
  announceEnded(context, result.ended, signIn.userId, 'limit');
  await endEvicted(context, result.ended, before);
  context.events.signedIn({
    id: record.id,
    userId: signIn.userId,
    at: record.createdAt,
    factors: record.factors.map((factor) => factor.kind),
    client: record.client,
    replaces: replaced?.id ?? null,
  });
  return { ok: true, token: minted.token, record };
}

/** Idle sessions are no devices any more: they must not count against the limit, nor outlive a live one. */
async function endTimedOut(
  context: SessionContext,
  userId: string,
): Promise<readonly SessionRecord[]> {
  // Some were seen a moment ago, and their records do not say so yet.
  await context.touches.flush();
  const now = context.clock.now();
  const live: SessionRecord[] = [];
  for (const record of await context.store.list(userId)) {
    const ending = endedByTime(record, context.policy, now);
    if (ending === undefined) live.push(record);
    else await endByTime(context, record, ending.reason);
  }
  return live;
}

/** A session that the limit ended takes what it had replaced along, which is not counted but opens. */
async function endEvicted(
  context: SessionContext,
  evicted: readonly SessionId[],
  before: readonly SessionRecord[],
): Promise<void> {
  const ids = new Set(evicted);
  for (const record of before) {
    if (ids.has(record.id)) await endLineage(context, record, 'limit');
  }
}

async function epochOf(
  context: SessionContext,
  signIn: SignIn,
): Promise<{ ok: true; epoch: Epoch } | { ok: false; reason: SignInRefusal }> {
  if (signIn.attempt === undefined) {
    return { ok: true, epoch: await context.store.epoch(signIn.userId) };
  }
  return openAttempt(context.mint, signIn.attempt, signIn.userId, context.clock.now());
}

function newRecord(
  context: SessionContext,
  signIn: SignIn,
  { id, token }: MintedToken,
  { replaced, data }: { readonly replaced: SessionRecord | null; readonly data: string },
): SessionRecord {
  const { policy, clock } = context;
  const now = clock.now();
  return {
    id,
    lineage: replaced?.lineage ?? id,
    format: RECORD_FORMAT,
    revision: 0,
    userId: signIn.userId,
    renewal: { generation: 0, hash: hashToken(token), since: now, pending: null, previous: null },
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: now + (signIn.remember ? policy.remembered.absolute : policy.absolute),
    replaced: false,
    remembered: signIn.remember,
    factors: factorsOf(signIn, now),
    client: signIn.client,
    deviceKey: null,
    data,
  };
}

/** A proof that is given again counts from now. */
function factorsOf(signIn: SignIn, now: number): readonly Factor[] {
  const kinds = new Set(signIn.factors);
  return [
    ...signIn.earlier.filter((factor) => !kinds.has(factor.kind)),
    ...[...kinds].map((kind) => ({ kind, at: now })),
  ];
}
