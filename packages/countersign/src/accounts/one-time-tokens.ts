// One-time tokens: 256 random bits that whoever was told them can use once, until they expire. The store
// keeps their SHA-256 only, which is enough for so many bits (G63, G64; ASVS 6.5.1-6.5.5, 11.5.1).
// What a token allows is judged by its callers, credential state included (G65).

import type { Clock } from '../clock.js';
import { encodeBase64url } from '../crypto/base64url.js';
import { sha256 } from '../crypto/digest.js';
import { randomBytes } from '../crypto/random.js';
import { ONE_TIME_KINDS, type OneTimeKind } from './one-time-kinds.js';
import {
  MAX_ONE_TIME_CONTENT_BYTES,
  type OneTimeRecord,
  type OneTimeStore,
} from './one-time-store.js';

const TOKEN_BYTES = 32;
/** 32 bytes as canonical base64url: the last character has two bits to spare, which are 0. */
const TOKEN = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const MAX_SUBJECT_LENGTH = 1_024;

export interface OneTimeInput<T> {
  /** Whom it is about, such as a user id; `null` for nobody. At most 1,024 characters. */
  readonly subject: string | null;
  /** Any JSON value, at most 16 KiB as text. It is stored as it is: no secret that others must not read. */
  readonly content: T;
  /** Earlier tokens of this kind about this subject are worthless from now on (G68). */
  readonly replaces?: true;
}

export interface IssuedToken {
  /** 43 characters of base64url. Known to the caller alone: it is stored nowhere. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface OneTimeContent<T> {
  readonly subject: string | null;
  readonly content: T;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Whether parsed JSON has the shape that this kind's content has. */
export type ContentGuard<T> = (content: unknown) => content is T;

export class OneTimeTokens {
  readonly #store: OneTimeStore;
  readonly #clock: Clock;

  constructor(store: OneTimeStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Makes a token of this kind, which lives as long as `ONE_TIME_KINDS` says.
   * @throws TypeError for content that is no JSON value; RangeError for too much of it, or of the subject;
   *   CountersignError `store-unavailable`
   */
  async issue<T>(
    kind: OneTimeKind,
    { subject, content, replaces }: OneTimeInput<T>,
  ): Promise<IssuedToken> {
    if (subject !== null && subject.length > MAX_SUBJECT_LENGTH) {
      throw new RangeError(`A subject has at most ${MAX_SUBJECT_LENGTH} characters`);
    }
    const token = encodeBase64url(randomBytes(TOKEN_BYTES));
    const expiresAt = this.#clock.now() + ONE_TIME_KINDS[kind].lifetimeMs;
    const record = { hash: sha256(token), kind, subject, expiresAt, content: jsonOf(content) };
    await this.#store.put(record, replaces === true ? { replaces } : {});
    return { token, expiresAt };
  }

  /**
   * What a token stands for, without using it up: for the page that a link opens, as mail scanners open
   * links too (G66). `undefined` for one that is unknown, used, replaced, expired, of another kind, or
   * whose content `isContent` does not know.
   */
  async read<T>(
    kind: OneTimeKind,
    token: string,
    isContent: ContentGuard<T>,
  ): Promise<OneTimeContent<T> | undefined> {
    if (!isToken(token)) return undefined;
    const record = await this.#store.read(kind, sha256(token), this.#clock.now());
    return contentIn(record, isContent);
  }

  /** The same, and used up in one atomic step: of any number at once, one gets it (G66; ASVS 6.5.1). */
  async take<T>(
    kind: OneTimeKind,
    token: string,
    isContent: ContentGuard<T>,
  ): Promise<OneTimeContent<T> | undefined> {
    if (!isToken(token)) return undefined;
    const record = await this.#store.take(kind, sha256(token), this.#clock.now());
    return contentIn(record, isContent);
  }

  /** Makes all tokens about a subject worthless, of every kind or of one: after a new password (G68, G74). */
  async removeAbout(subject: string, kind?: OneTimeKind): Promise<void> {
    await this.#store.removeAbout(subject, kind === undefined ? {} : { kind });
  }
}

/** Anything else was never issued, and the store is not asked. Text of a request may be of any type. */
function isToken(token: unknown): token is string {
  return typeof token === 'string' && TOKEN.test(token);
}

function jsonOf(content: unknown): string {
  // Typed as text, and `undefined` all the same for what JSON has no word for.
  const json: unknown = JSON.stringify(content);
  if (typeof json !== 'string') throw new TypeError('The content is no JSON value');
  if (new TextEncoder().encode(json).length > MAX_ONE_TIME_CONTENT_BYTES) {
    throw new RangeError(`The content has more than ${MAX_ONE_TIME_CONTENT_BYTES} bytes`);
  }
  return json;
}

function contentIn<T>(
  record: OneTimeRecord | null,
  isContent: ContentGuard<T>,
): OneTimeContent<T> | undefined {
  if (record === null) return undefined;
  const content = parsed(record.content);
  if (!isContent(content)) return undefined;
  return { subject: record.subject, content, expiresAt: record.expiresAt };
}

/** `undefined`, which no JSON stands for, where a store gives back something else. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
