// What the model knows of one session from what it saw: the tokens handed out, by generation, when
// each was first taken, when it was used, and the latest time that it may live to.

import type { Instant, Span } from './instant.js';
import { isBefore } from './instant.js';
import { Register, type ModelData } from './register.js';
import { TIMES, UNTIL_TOUCHED } from './times.js';

export interface SessionFacts {
  readonly id: string;
  readonly userId: string | null;
  readonly lineage: string;
  readonly remembered: boolean;
  /** The sign-in that made it: endings that had returned before it spare it, those begun later do not. */
  readonly attempt: { readonly from: Instant; readonly to: Instant };
  /** The call that made it. */
  readonly born: { readonly start: Instant; readonly end: Instant };
  readonly data: { readonly [Name in keyof ModelData]?: ModelData[Name] };
}

interface Use {
  readonly at: Instant;
  readonly node: object;
}

export class KnownSession {
  readonly id: string;
  readonly userId: string | null;
  readonly lineage: string;
  readonly attempt: SessionFacts['attempt'];
  readonly data: Register;
  /** Somebody has a copy, or the bounds of promise 3 were broken: reuse may be detected. */
  mayFallBehind = false;
  /** A key that its tokens may have been made with was removed early. */
  hasLostKey = false;
  /** The highest generation presented so far. */
  highestPresented = 0;
  readonly #born: SessionFacts['born'];
  readonly #remembered: boolean;
  readonly #tolerance: number;
  readonly #generations = new Map<string, number>();
  /** By generation: when it was certainly promoted. */
  readonly #promoted: (Instant | undefined)[] = [];
  readonly #replacements = new Set<Span>();
  #uses: Use[] = [];

  /** @param tolerance how far the clocks of the nodes differ, in milliseconds */
  constructor(facts: SessionFacts, tolerance: number) {
    this.id = facts.id;
    this.userId = facts.userId;
    this.lineage = facts.lineage;
    this.attempt = facts.attempt;
    this.#born = facts.born;
    this.#remembered = facts.remembered;
    this.#tolerance = tolerance;
    this.#promoted[0] = facts.born.end;
    this.data = new Register(facts.data, facts.born.start);
  }

  get bornBy(): Instant {
    return this.#born.end;
  }

  get tokens(): Iterable<string> {
    return this.#generations.keys();
  }

  get current(): number {
    return this.#promoted.length - 1;
  }

  /** Takes down a token that a response carries. */
  issue(token: string): void {
    if (this.#generations.has(token)) return;
    this.#generations.set(token, this.#generations.size === 0 ? 0 : this.current + 1);
  }

  generationOf(token: string): number | undefined {
    return this.#generations.get(token);
  }

  /** A token of this generation was accepted. One that replaces another is promoted by that. */
  accept(generation: number, at: Instant, node: object): void {
    this.#uses.push({ at, node });
    const isFrozen = [...this.#replacements].some(({ start }) => isBefore(start, at));
    if (!isFrozen) this.#promoted[generation] ??= at;
  }

  /** When a secret of the current generation became old enough for a successor. */
  get renewalDueAt(): number {
    const since = this.#promoted.at(-1) ?? this.#born.end;
    return since.time + TIMES.renewal + this.#tolerance;
  }

  /** Whether a token of this generation is certainly superseded, its overlap over. */
  isStale(generation: number, at: Instant): boolean {
    const isOver = (promoted: Instant | undefined, later: number): boolean =>
      promoted !== undefined && isBefore(promoted, at) && promoted.time + later <= at.time;
    const overlap = TIMES.overlap + TIMES.skew + this.#tolerance;
    return this.#promoted.some(
      (promoted, other) =>
        (other === generation + 1 && isOver(promoted, overlap)) ||
        (other > generation + 1 && isOver(promoted, 0)),
    );
  }

  /** A re-authentication begins to replace it. Call `withdraw` if it was refused. */
  beginReplacement(start: Instant): Span {
    const replacement: Span = { start, end: undefined };
    this.#replacements.add(replacement);
    return replacement;
  }

  withdraw(replacement: Span): void {
    this.#replacements.delete(replacement);
  }

  get isReplaced(): boolean {
    return this.#replacements.size > 0;
  }

  /** It is not accepted from here on, whatever else happens. */
  get endsBy(): number {
    const replaced = [...this.#replacements].map(({ end }) => end?.time ?? Infinity);
    const until = Math.min(...replaced) + TIMES.overlap;
    return Math.min(this.#born.end.time + this.#lifetime, until) + this.#tolerance;
  }

  /** Time may have ended it from here on, if it was used often enough. */
  get livesTo(): number {
    const replaced = [...this.#replacements].map(({ start }) => start.time);
    const until = Math.min(...replaced) + TIMES.overlap;
    return Math.min(this.#born.start.time + this.#lifetime, until) - this.#tolerance;
  }

  /** Whether, by its uses alone, it may have ended as idle at this time (A49). */
  mayBeIdle(time: number): boolean {
    if (this.userId === null) return false;
    const idle = this.#remembered ? TIMES.rememberedIdle : TIMES.idle;
    const stored = this.#uses.filter(({ at }) => at.time + UNTIL_TOUCHED <= time);
    const latest = Math.max(
      this.#born.start.time + idle,
      ...stored.map(({ at }) => at.time + idle - TIMES.touch),
    );
    return time + this.#tolerance >= latest;
  }

  /** A node died: what it had seen and not stored yet is lost. */
  forgetUses(node: object, since: number): void {
    this.#uses = this.#uses.filter((use) => use.node !== node || use.at.time < since);
  }

  get idle(): number {
    if (this.userId === null) return Infinity;
    return this.#remembered ? TIMES.rememberedIdle : TIMES.idle;
  }

  get #lifetime(): number {
    if (this.userId === null) return TIMES.anonymous;
    return this.#remembered ? TIMES.rememberedAbsolute : TIMES.absolute;
  }
}
