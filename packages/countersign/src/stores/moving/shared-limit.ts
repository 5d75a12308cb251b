// The limit of sessions per user over two stores. Each store counts its own in one step with the
// insert; what is in both is looked at after it. Of two inserts at the same time the later look sees
// both, so no more than allowed are left once all have answered.

import type { SessionRecord } from '../../session/record.js';
import type { InsertGuard, InsertResult, SessionStore } from '../../session/store.js';

export interface Insertion {
  readonly record: SessionRecord;
  readonly userId: string;
  readonly guard: InsertGuard;
  readonly limit: NonNullable<InsertGuard['limit']>;
}

const REFUSED = { ok: false, reason: 'limit' } as const;

/** Inserts into `own`, within a limit that counts the user's sessions in `other` too. */
export function insertWithin(
  own: SessionStore,
  other: SessionStore,
  insertion: Insertion,
): Promise<InsertResult> {
  return insertion.limit.over === 'refuse'
    ? insertOrRefuse(own, other, insertion)
    : insertAndEndOldest(own, other, insertion);
}

async function insertOrRefuse(
  own: SessionStore,
  other: SessionStore,
  { record, userId, guard, limit }: Insertion,
): Promise<InsertResult> {
  const elsewhere = await countedIn(other, userId);
  const max = limit.max - elsewhere.filter(({ id }) => id !== guard.replaces?.id).length;
  if (max < 1) return REFUSED;
  const result = await own.insert(record, { ...guard, limit: { ...limit, max } });
  // One that replaces another adds none, and what it replaced could not be given back.
  if (!result.ok || guard.replaces !== undefined) return result;
  if ((await overLimit(own, other, { userId, max: limit.max })).length === 0) return result;
  // Another insert was at work in the other store. Nobody has this session's token yet.
  await own.end([record.id]);
  return REFUSED;
}

async function insertAndEndOldest(
  own: SessionStore,
  other: SessionStore,
  { record, userId, guard, limit }: Insertion,
): Promise<InsertResult> {
  const result = await own.insert(record, guard);
  if (!result.ok) return result;
  const over = await overLimit(own, other, { userId, max: limit.max });
  if (over.length === 0) return result;
  const ids = over.map(({ id }) => id);
  const ended = [...(await other.end(ids)), ...(await own.end(ids))];
  return { ok: true, ended: [...result.ended, ...ended] };
}

/**
 * The oldest of the user's sessions in both stores, as many as are too many. Whoever looks takes the
 * same ones: otherwise two inserts at the same time could end each other's session.
 */
async function overLimit(
  own: SessionStore,
  other: SessionStore,
  { userId, max }: { readonly userId: string; readonly max: number },
): Promise<readonly SessionRecord[]> {
  const elsewhere = await countedIn(other, userId);
  // The insert itself has counted what is in its own store.
  if (elsewhere.length === 0) return [];
  const counted = [...elsewhere, ...(await countedIn(own, userId))];
  return counted.toSorted(byAge).slice(0, Math.max(0, counted.length - max));
}

function byAge(a: SessionRecord, b: SessionRecord): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

async function countedIn(store: SessionStore, userId: string): Promise<readonly SessionRecord[]> {
  return (await store.list(userId)).filter(({ replaced }) => !replaced);
}
