// The verdict: what a record, the presented token's hash, the policy and the time say together.
// Pure: no I/O, no clock, nothing allocated. Exact to the millisecond: live at T-1 ms, ended at T.

import { equalInConstantTime } from '../crypto/digest.js';
import type { Policy } from './policy.js';
import type { RenewalState, SessionRecord } from './record.js';

/** Why time ended a session. */
export type TimeEnding = 'idle' | 'absolute' | 'replaced';

interface Ended {
  readonly kind: 'ended';
  readonly reason: TimeEnding;
}

export type Verdict =
  | { readonly kind: 'live'; readonly secret: 'current' | 'pending' | 'previous' }
  | Ended
  | { readonly kind: 'refused'; readonly reason: 'unknown-secret' | 'device-proof-missing' };

export interface Evidence {
  /** SHA-256 of the presented token. */
  readonly hash: string;
  /** Whether the request proved possession of the device key. Only asked of a bound session. */
  readonly deviceProved: boolean;
}

const CURRENT: Verdict = { kind: 'live', secret: 'current' };
const PENDING: Verdict = { kind: 'live', secret: 'pending' };
const PREVIOUS: Verdict = { kind: 'live', secret: 'previous' };
const IDLE: Ended = { kind: 'ended', reason: 'idle' };
const ABSOLUTE: Ended = { kind: 'ended', reason: 'absolute' };
const REPLACED: Ended = { kind: 'ended', reason: 'replaced' };
const UNKNOWN_SECRET: Verdict = { kind: 'refused', reason: 'unknown-secret' };
const DEVICE_PROOF_MISSING: Verdict = { kind: 'refused', reason: 'device-proof-missing' };

/** Judges a record against what was presented. Time comes first: an ended session has no valid secret. */
export function judge(
  record: SessionRecord,
  evidence: Evidence,
  policy: Policy,
  now: number,
): Verdict {
  const ending = endedByTime(record, policy, now);
  if (ending !== undefined) return ending;
  const verdict = judgeSecret(record.renewal, evidence.hash, policy, now);
  const proofMissing = record.deviceKey !== null && !evidence.deviceProved;
  return proofMissing && verdict.kind === 'live' ? DEVICE_PROOF_MISSING : verdict;
}

function judgeSecret(
  { hash, pending, previous }: RenewalState,
  presented: string,
  policy: Policy,
  now: number,
): Verdict {
  if (equalInConstantTime(hash, presented)) return CURRENT;
  if (pending !== null && equalInConstantTime(pending.hash, presented)) return PENDING;
  if (previous === null || !equalInConstantTime(previous.hash, presented)) return UNKNOWN_SECRET;
  return now < previous.until + policy.clockSkew ? PREVIOUS : UNKNOWN_SECRET;
}

/** The ending that time has brought, if any. */
export function endedByTime(record: SessionRecord, policy: Policy, now: number): Ended | undefined {
  if (now >= record.expiresAt) return record.replaced ? REPLACED : ABSOLUTE;
  if (now >= record.lastSeenAt + idleLimit(record, policy)) return IDLE;
  return undefined;
}

/** When the session ends if nothing more is heard of it, in epoch milliseconds. */
export function endsAt(record: SessionRecord, policy: Policy): number {
  return Math.min(record.expiresAt, record.lastSeenAt + idleLimit(record, policy));
}

/** Whether a successor is to be offered to whoever holds the current secret. */
export function isRenewalDue(record: SessionRecord, policy: Policy, now: number): boolean {
  if (record.userId === null || record.replaced) return false;
  return record.renewal.pending !== null || now >= record.renewal.since + policy.renewal;
}

/** Whether "last seen" is old enough to be written again. */
export function isTouchDue(record: SessionRecord, policy: Policy, now: number): boolean {
  return now >= record.lastSeenAt + policy.touch;
}

function idleLimit(record: SessionRecord, policy: Policy): number {
  if (record.userId === null) return Number.POSITIVE_INFINITY;
  return record.remembered ? policy.remembered.idle : policy.idle;
}
