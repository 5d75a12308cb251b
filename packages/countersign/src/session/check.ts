// The check of a request's cookie: token, record, verdict. The common case answers at once and costs
// one search, one hash and one read; every other case is taken in order, from a fresh record.

import { findCookie } from '../cookie/find.js';
import type { Awaitable } from '../waiting.js';
import type { SessionContext } from './context.js';
import type { Client, SessionId, SessionRecord } from './record.js';
import { examineToken, found, type Kind } from './examine.js';
import type { Found } from './found.js';
import { RequestSession } from './request-session.js';
import type { SessionStore } from './store.js';
import { hashToken, hasTokenId, tokenId } from './token.js';
import { isTouchDue, judge } from './verdict.js';

/** Values of one cookie that are looked at; a browser sends one (R7, R10). */
const MOST_DUPLICATES = 4;

/**
 * The session of a request, from its Cookie header.
 * @throws CountersignError `store-unavailable`; anything the client sent gives a visitor instead
 */
export function checkRequest<Data>(
  context: SessionContext,
  header: string | null | undefined,
  client: Client,
): Awaitable<RequestSession<Data>> {
  const now = context.clock.now();
  if (header === undefined || header === null)
    return new RequestSession(context, found('no-cookie'), client, now);
  const value = findCookie(header, context.cookieName);
  if (value === undefined && findCookie(header, context.anonymousCookieName) === undefined) {
    return new RequestSession(context, found('no-cookie'), client, now);
  }
  if (typeof value === 'string' && hasTokenId(value)) {
    const record = atHand(context.store, tokenId(value));
    if (record !== null && isPlainlyLive(context, record, value, now)) {
      return new RequestSession(context, found('live', value, record), client, now);
    }
  }
  return checkThoroughly<Data>(context, header, value, client);
}

/** The record, where it comes without waiting. `null` says nothing: the thorough way asks again. */
function atHand(store: SessionStore, id: SessionId): SessionRecord | null {
  if (store.peek !== undefined) return store.peek(id);
  if (store.remote) return null;
  const read = store.read(id);
  if (!(read instanceof Promise)) return read;
  // Not waited for: what follows reads afresh, and tells of a failure itself.
  read.catch(() => undefined);
  return null;
}

/** Signed in, by the current secret, and nothing else to decide. Notes that the session was seen. */
function isPlainlyLive(
  context: SessionContext,
  record: SessionRecord,
  token: string,
  now: number,
): boolean {
  if (record.userId === null) return false;
  const evidence = { hash: hashToken(token), deviceProved: false };
  const verdict = judge(record, evidence, context.policy, now);
  if (verdict.kind !== 'live' || verdict.secret !== 'current') return false;
  if (!isTouchDue(record, context.policy, now)) return true;
  // A cache is not told of touches: whether one is due, the store knows. So it is asked at least once
  // in each touch interval, whatever a cache has missed.
  if (context.store.peek !== undefined && !context.touches.isWaiting(record.id)) return false;
  context.touches.add(record.id, now);
  return true;
}

async function checkThoroughly<Data>(
  context: SessionContext,
  header: string,
  value: string | readonly string[] | undefined,
  client: Client,
): Promise<RequestSession<Data>> {
  const signedIn = await findLive(context, value, 'signed-in', client);
  if (signedIn.record !== null) return finish(context, signedIn, client);
  const other = findCookie(header, context.anonymousCookieName);
  const anonymous = await findLive(context, other, 'anonymous', client);
  const best = anonymous.record !== null || signedIn.outcome === 'no-cookie' ? anonymous : signedIn;
  return finish(context, best, client);
}

function finish<Data>(context: SessionContext, best: Found, client: Client): RequestSession<Data> {
  return new RequestSession(context, best, client, context.clock.now());
}

/** One cookie's values. Several are an attack signal: accepted only if exactly one verifies (R7, A42). */
async function findLive(
  context: SessionContext,
  value: string | readonly string[] | undefined,
  kind: Kind,
  client: Client,
): Promise<Found> {
  if (value === undefined) return found('no-cookie');
  if (typeof value === 'string')
    return examineToken(context, value, kind, { client, isAlone: true });
  const { clock, events } = context;
  events.anomaly({ kind: 'duplicate-cookie', id: null, client, at: clock.now() });
  const live: Found[] = [];
  if (value.length <= MOST_DUPLICATES) {
    for (const token of new Set(value)) {
      const one = await examineToken(context, token, kind, { client, isAlone: false });
      if (one.record !== null) live.push(one);
    }
  }
  const [only, ...rest] = live;
  return only !== undefined && rest.length === 0 ? only : found('duplicate-cookie');
}
