// Signing in, and proving a factor again: the calls, and what the promises say of each answer.

import type { SignInResult } from '../../../src/session/session.js';
import { isUserId, type Attempt, type UserId } from './attempt.js';
import { lineageEnding, singleEnding, type Ending } from './ending.js';
import { beginIdle, settleIdle, type IdleEnding } from './idle-ending.js';
import type { Instant, Span } from './instant.js';
import type { KnownSession } from './known-session.js';
import { mayBeGone } from './gone.js';
import { KEYS } from './register.js';
import { unlessUnavailable } from './request.js';
import { TIMES } from './times.js';
import { assertPromise } from './violation.js';
import type { Visit } from './visit.js';
import type { World } from './world.js';

/** The first step: a ticket, taken before the credential is checked. */
export async function beginAttempt(
  world: World,
  visit: Visit,
  userId: UserId,
): Promise<Attempt | undefined> {
  const from = world.ledger.now();
  if (world.plant.driver === 'ticket after credential') {
    return { userId, from, to: world.ledger.now(), ticket: undefined };
  }
  const text = await unlessUnavailable(() => visit.session.beginSignIn(userId));
  if (text === undefined) return undefined;
  return { userId, from, to: world.ledger.now(), ticket: { text, taken: from } };
}

interface Entry {
  readonly userId: UserId;
  readonly attempt: Attempt;
  readonly remember: boolean;
  /** Without a ticket the epoch is read somewhere within the call. */
  readonly isBare: boolean;
  readonly before: KnownSession | undefined;
  readonly call: Instant;
  readonly replacement: Span | undefined;
  readonly ending: Ending | undefined;
  readonly idle: readonly IdleEnding[];
}

/** The second step, after the credential was right. */
export async function signIn(
  world: World,
  visit: Visit,
  attempt: Attempt,
  options: { readonly remember: boolean; readonly isBare: boolean },
): Promise<void> {
  const entry = { ...openEntry(world, visit, attempt, options.remember), isBare: options.isBare };
  const result = await unlessUnavailable(() =>
    visit.session.signIn(attempt.userId, {
      carry: KEYS,
      factors: ['password'],
      ...(attempt.ticket === undefined ? {} : { attempt: attempt.ticket.text }),
      ...(options.remember ? { remember: true } : {}),
    }),
  );
  if (result !== undefined) judgeEntry(world, visit, entry, result);
}

/** Another factor for a session that is signed in. */
export async function reauthenticate(world: World, visit: Visit): Promise<void> {
  const { userId } = visit.session;
  if (!isUserId(userId)) return;
  const at = world.ledger.now();
  const attempt: Attempt = { userId, from: at, to: at, ticket: undefined };
  const entry = openEntry(world, visit, attempt, visit.session.remembered);
  const result = await unlessUnavailable(() => visit.session.reauthenticate({ factors: ['totp'] }));
  if (result !== undefined) judgeEntry(world, visit, entry, result);
}

function openEntry(world: World, visit: Visit, attempt: Attempt, remember: boolean): Entry {
  const { userId } = attempt;
  const before = visit.known;
  const call = world.ledger.now();
  const isSame = before?.userId === userId;
  return {
    userId,
    attempt,
    remember,
    isBare: false,
    before,
    call,
    replacement: isSame ? before.beginReplacement(call) : undefined,
    ending: before === undefined || isSame ? undefined : endOther(world, before, call),
    idle: beginIdle(world, (known) => known.userId === userId),
  };
}

/** What a sign-in ends: the anonymous session it grew out of, or all of another user's chain. */
function endOther(world: World, before: KnownSession, call: Instant): Ending {
  const plan =
    before.userId === null
      ? singleEnding(before.id, 'sign-in over it')
      : lineageEnding(before.lineage, 'sign-in of another user');
  return world.ledger.begin(plan, call);
}

function judgeEntry(world: World, visit: Visit, entry: Entry, result: SignInResult): void {
  world.ledger.saw(`sign-in: ${result.ok ? 'ok' : result.reason}`);
  settleIdle(world, entry.idle);
  if (result.ok) judgeAdmission(world, visit, entry, result.id);
  else judgeRejection(world, visit, entry, result.reason);
}

function judgeAdmission(world: World, visit: Visit, entry: Entry, id: string): void {
  const { ledger } = world;
  const { attempt, before, call, userId } = entry;
  const end = ledger.now();
  assertPromise(
    'signed out means signed out',
    !ledger.forbids(userId, attempt, call),
    'a sign-in that began before an ending of the user was let in after it',
  );
  if (before !== undefined && before.userId === userId) {
    const ending = ledger.endedBefore(before, call);
    assertPromise('signed out means signed out', ending === undefined, 'an ended session went on');
  }
  const taken = attempt.ticket?.taken.time ?? call.time;
  const isInTime = call.time < taken + TIMES.attempt + ledger.tolerance;
  assertPromise('limits hold', isInTime, 'a ticket was taken after its time');
  if (entry.replacement !== undefined) entry.replacement.end = end;
  if (entry.ending !== undefined) entry.ending.end = end;
  const { data } = visit.session;
  judgeInheritance(world, visit, entry, end);
  visit.staged.clear();
  visit.signedIn = true;
  visit.known = ledger.learn({
    id,
    userId,
    lineage: before?.userId === userId ? before.lineage : id,
    remembered: entry.remember,
    attempt: entry.isBare ? { from: call, to: end } : attempt,
    born: { start: call, end },
    data,
  });
}

/** All data of the same user's session, the named keys of an anonymous one, nothing of another's. */
function judgeInheritance(
  world: World,
  visit: Visit,
  { before, userId, call }: Entry,
  end: Instant,
): void {
  const { data } = visit.session;
  const isHeir = before !== undefined && (before.userId === userId || before.userId === null);
  for (const [key, value] of visit.staged) {
    assertPromise('no write is lost', data[key] === value, `${key}, staged before the sign-in`);
  }
  const inherited = KEYS.filter((key) => !visit.staged.has(key));
  // A visitor may have signed in elsewhere meanwhile, and the data went there.
  if (before?.userId === null && mayBeGone(world, before)) return;
  if (isHeir) before.data.assertReadable(data, call, end, inherited);
  else {
    const isEmpty = inherited.every((key) => data[key] === undefined);
    assertPromise('limits hold', isEmpty, "another user's data went along");
  }
  if (isHeir && before.userId !== null) before.data.assertCount(data, call, end);
}

function judgeRejection(world: World, visit: Visit, entry: Entry, reason: string): void {
  const { ledger } = world;
  const { attempt, before, userId } = entry;
  const end = ledger.now();
  if (entry.replacement !== undefined) before?.withdraw(entry.replacement);
  if (entry.ending !== undefined) {
    // Another user's session ends before the new one is inserted; a bad ticket is seen before that.
    if (before?.userId === null || reason.startsWith('attempt-')) ledger.withdraw(entry.ending);
    else {
      entry.ending.end = end;
      visit.known = undefined;
      visit.staged.clear();
    }
  }
  const isOld =
    attempt.ticket !== undefined &&
    end.time + ledger.tolerance >= attempt.ticket.taken.time + TIMES.attempt;
  const isJustified =
    (reason === 'attempt-expired' && isOld) ||
    (reason === 'attempt-invalid' && isAfterRemoval(world, attempt)) ||
    (reason === 'ended-meanwhile' &&
      (ledger.mayRefuse(userId, attempt) ||
        (before?.userId === userId && mayBeGone(world, before))));
  assertPromise('renewal signs nobody out', isJustified, `an honest sign-in met ${reason}`);
}

function isAfterRemoval({ ledger }: World, attempt: Attempt): boolean {
  return ledger.keyRemoved !== undefined && ledger.keyRemoved.order > attempt.from.order;
}
