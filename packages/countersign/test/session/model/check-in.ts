// The check of a request, run and judged: who may be let in, who must be, and what has to end.

import type { SessionRecord } from '../../../src/session/record.js';
import type { RequestSession } from '../../../src/session/request-session.js';
import { lineageEnding } from './ending.js';
import { mayBeGone } from './gone.js';
import { beginIdleOf, settleIdle } from './idle-ending.js';
import type { Instant } from './instant.js';
import type { KnownSession } from './known-session.js';
import type { Presentation } from './ledger.js';
import type { ModelData } from './register.js';
import { cookieHeader, unlessUnavailable, type Request } from './request.js';
import type { ServerNode } from './server-node.js';
import { assertPromise } from './violation.js';
import type { Visit } from './visit.js';
import type { World } from './world.js';

/** One presented token that was handed out here, as things stood when its check began. */
interface Candidate extends Presentation {
  /** It came beside the browser's own: to refuse it harms nobody. */
  readonly isPlanted: boolean;
  readonly before: SessionRecord | null;
  readonly hadEnded: boolean;
  readonly wasStale: boolean;
}

interface Check {
  readonly request: Request;
  readonly candidates: readonly Candidate[];
  readonly start: Instant;
  readonly finish: Instant;
  readonly session: RequestSession<ModelData>;
}

/** The visit, or `undefined` when the store did not answer. */
export async function checkIn(
  world: World,
  request: Request,
  node: ServerNode,
): Promise<Visit | undefined> {
  const { ledger } = world;
  const start = ledger.now();
  const candidates = candidatesOf(world, request, start);
  for (const candidate of candidates) ledger.beginCheck(candidate);
  const idle = beginIdleOf(world, request);
  const session = await unlessUnavailable(() => node.sessions.check(cookieHeader(request)));
  for (const candidate of candidates) ledger.finishCheck(candidate);
  if (session === undefined) {
    ledger.saw('no answer');
    return undefined;
  }
  settleIdle(world, idle);
  ledger.saw(session.explain().outcome);
  const check: Check = { request, candidates, start, finish: ledger.now(), session };
  const accepted = judgeAcceptance(world, check);
  accepted?.session.accept(accepted.generation, check.finish, node);
  for (const candidate of candidates) {
    if (candidate === accepted) break;
    judgeRefusal(world, check, candidate);
  }
  return {
    request,
    node,
    session,
    start,
    finish: check.finish,
    known: accepted?.session,
    generation: accepted?.generation,
    staged: new Map(),
    attempt: undefined,
    signal: undefined,
    signedOut: false,
    signedIn: false,
  };
}

/** The tokens in the order in which they are looked at: the first that opens a session decides. */
function candidatesOf(world: World, request: Request, start: Instant): readonly Candidate[] {
  return [request.planted, request.token, request.anonymousToken].flatMap((token) => {
    const owner = token === undefined ? undefined : world.ledger.owner(token);
    if (owner === undefined) return [];
    const { session, generation } = owner;
    return {
      session,
      generation,
      isPlanted: token === request.planted,
      isAlone: request.planted === undefined || token === request.anonymousToken,
      before: world.stored(session.id),
      hadEnded: world.ledger.endedBefore(session, start) !== undefined,
      wasStale: session.isStale(generation, start),
    };
  });
}

/** Promises 1 and 4, and the limits: whom the check may not let in. */
function judgeAcceptance(world: World, check: Check): Candidate | undefined {
  const { session, candidates, start, finish } = check;
  if (session.id === null) return undefined;
  // Of two tokens of one session, the one that is still good has opened it.
  const fitting = candidates.filter((candidate) => candidate.session.id === session.id);
  const accepted = fitting.find((candidate) => !candidate.wasStale) ?? fitting[0];
  assertPromise(
    'a copied cookie dies',
    accepted !== undefined,
    'a session was opened by something that is not its token',
  );
  const known = accepted.session;
  const ending = world.ledger.endedBefore(known, start);
  assertPromise(
    'signed out means signed out',
    ending === undefined,
    `accepted after the ${ending?.cause ?? ''} had returned`,
  );
  assertPromise('a copied cookie dies', !accepted.wasStale, 'a superseded token was accepted');
  assertPromise('limits hold', start.time < known.endsBy, 'accepted after its absolute limit');
  const seen = Math.max(accepted.before?.lastSeenAt ?? 0, world.stored(known.id)?.lastSeenAt ?? 0);
  const isInTime = start.time < seen + known.idle + world.ledger.tolerance;
  assertPromise('limits hold', isInTime, 'accepted after its idle limit');
  known.data.assertReadable(session.data, start, finish);
  known.data.assertCount(session.data, start, finish);
  return accepted;
}

/** Promises 3 and 4: whom the check may not turn away, and what ends when it does. */
function judgeRefusal(world: World, check: Check, candidate: Candidate): void {
  const { request, finish } = check;
  if (request.sender.isHonest && !request.isAmbiguous && !candidate.isPlanted) {
    assertPromise(
      'renewal signs nobody out',
      mayBeGone(world, candidate.session),
      `an honest browser was refused: ${check.session.explain().outcome}`,
    );
  }
  const saysIdle =
    check.session.explain().outcome === 'idle' && request.anonymousToken === undefined;
  const isIdle = candidate.before === null || wasIdle(world, candidate, finish);
  assertPromise('limits hold', !saysIdle || isIdle, 'called idle before the stored time');
  const wasLive =
    candidate.before !== null &&
    !candidate.hadEnded &&
    !wasIdle(world, candidate, finish) &&
    finish.time < candidate.session.livesTo;
  if (candidate.isAlone && wasLive && candidate.wasStale && !candidate.session.hasLostKey) {
    judgeTheft(world, candidate.session, check);
  }
}

/** The stale one was presented: the session and its chain have ended, for whoever holds them. */
function judgeTheft(world: World, known: KnownSession, check: Check): void {
  world.ledger.saw('theft');
  const isOver = world.stored(known.id) === null;
  assertPromise('a copied cookie dies', isOver, 'a superseded token came back and nothing ended');
  // A check that finds the record gone already does not wait for whoever is ending the chain.
  if (check.session.explain().outcome !== 'reuse') return;
  const ending = world.ledger.begin(lineageEnding(known.lineage, 'reuse'), check.start);
  ending.end = check.finish;
}

/** Whether the stored last-seen, as it was when the check began, says idle by now. */
function wasIdle(world: World, { before, session }: Candidate, at: Instant): boolean {
  return before !== null && at.time + world.ledger.tolerance >= before.lastSeenAt + session.idle;
}
