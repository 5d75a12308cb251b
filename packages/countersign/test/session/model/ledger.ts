// The model's book: every session it saw come into being, every ending that was called for, every
// token that was ever handed out. It knows no store; what it says is judged by the invariants.

import { lineageEnding, type Ending } from './ending.js';
import { isBefore, type Instant } from './instant.js';
import { KnownSession, type SessionFacts } from './known-session.js';
import { assertPromise } from './violation.js';

/** How often runs got into which situation: a model that never does cannot find anything there. */
export type Tally = Map<string, number>;

/** A token on its way through a check. */
export interface Presentation extends Ownership {
  /** Whether no other token came under the same name: only then may it end anything. */
  readonly isAlone: boolean;
}

/** Which session a token is of, and which of its secrets it is. */
export interface Ownership {
  readonly session: KnownSession;
  readonly generation: number;
}

export class Ledger {
  /** How far the clocks of two nodes differ, in milliseconds. */
  readonly tolerance: number;
  readonly #time: () => number;
  readonly #sessions = new Map<string, KnownSession>();
  readonly #endings = new Set<Ending>();
  readonly #checks = new Set<Presentation>();
  readonly #tokens = new Set<string>();
  #order = 0;
  #values = 0;
  /** When a key was last removed before its time. */
  keyRemoved: Instant | undefined;

  readonly #tally: Tally;

  constructor(options: {
    readonly time: () => number;
    readonly tolerance: number;
    readonly tally: Tally;
  }) {
    this.#time = options.time;
    this.tolerance = options.tolerance;
    this.#tally = options.tally;
  }

  /** Counts a situation that the run got into. */
  saw(what: string): void {
    this.#tally.set(what, (this.#tally.get(what) ?? 0) + 1);
  }

  now(): Instant {
    this.#order += 1;
    return { order: this.#order, time: this.#time() };
  }

  /** A value that nobody wrote before. */
  newValue(): string {
    this.#values += 1;
    return `value ${this.#values}`;
  }

  get sessions(): Iterable<KnownSession> {
    return this.#sessions.values();
  }

  get tokens(): Iterable<string> {
    return this.#tokens;
  }

  session(id: string | null): KnownSession | undefined {
    return id === null ? undefined : this.#sessions.get(id);
  }

  /** The session of a token that was handed out here; nothing for any other text. */
  owner(token: string): Ownership | undefined {
    const session = this.#sessions.get(token.slice(0, 24));
    const generation = session?.generationOf(token);
    return session === undefined || generation === undefined ? undefined : { session, generation };
  }

  learn(facts: SessionFacts): KnownSession {
    const isNew = !this.#sessions.has(facts.id);
    assertPromise('signed out means signed out', isNew, 'a new session took an old id');
    const session = new KnownSession(facts, this.tolerance);
    this.#sessions.set(facts.id, session);
    return session;
  }

  /** Takes down a token that a response carries. */
  issue(token: string): void {
    this.#tokens.add(token);
    const session = this.session(token.slice(0, 24));
    assertPromise('limits hold', session !== undefined, 'a token came for no known session');
    session.issue(token);
  }

  begin(plan: Omit<Ending, 'start' | 'end'>, start: Instant): Ending {
    const ending: Ending = { ...plan, start, end: undefined };
    this.#endings.add(ending);
    return ending;
  }

  /** It turned out to have ended nothing. */
  withdraw(ending: Ending): void {
    this.#endings.delete(ending);
  }

  /** The ending that had returned before this instant and covers the session. */
  endedBefore(session: KnownSession, at: Instant): Ending | undefined {
    for (const ending of this.#endings) {
      if (isBefore(ending.end, at) && ending.covers(session)) return ending;
    }
    return undefined;
  }

  /** Whether an ending, seen to return or not, may have reached the session by now. */
  mayHaveEnded(session: KnownSession): boolean {
    return [...this.#endings].some(
      (ending) => ending.mayCover(session) && !isBefore(ending.end, session.attempt.from),
    );
  }

  /** Endings of this user, or of everyone, that a sign-in attempt may have run into. */
  mayRefuse(userId: string, { from }: KnownSession['attempt']): boolean {
    return [...this.#endings].some(
      (ending) =>
        (ending.cause === `ending of ${userId}` || ending.cause === 'ending of everyone') &&
        !isBefore(ending.end, from),
    );
  }

  /** Whether an ending of the user began after the attempt and had returned before the call. */
  forbids(userId: string, { to }: KnownSession['attempt'], call: Instant): boolean {
    return [...this.#endings].some(
      (ending) =>
        (ending.cause === `ending of ${userId}` || ending.cause === 'ending of everyone') &&
        isBefore(to, ending.start) &&
        isBefore(ending.end, call),
    );
  }

  /** The check of a token begins; call `finishCheck` with the same value. */
  beginCheck(presentation: Presentation): void {
    const { session, generation } = presentation;
    session.highestPresented = Math.max(session.highestPresented, generation);
    this.#checks.add(presentation);
  }

  finishCheck(presentation: Presentation): void {
    this.#checks.delete(presentation);
  }

  /** Judges the event that says that a copy is about. */
  judgeReuse(id: string): void {
    const known = this.session(id);
    const presented = [...this.#checks].filter(({ session }) => session === known);
    assertPromise(
      'a copied cookie dies',
      known !== undefined && presented.length > 0,
      'a session ended as copied though none of its tokens was presented',
    );
    assertPromise(
      'renewal signs nobody out',
      known.mayFallBehind,
      'the session of an honest browser ended as copied',
    );
    assertPromise(
      'a copied cookie dies',
      presented.some(({ generation, isAlone }) => isAlone && generation < known.highestPresented),
      'a session ended as copied though no superseded token was presented, alone',
    );
    this.begin(lineageEnding(known.lineage, 'reuse'), this.now());
  }
}
