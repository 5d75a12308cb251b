// The session token: what the cookie carries. 80 base64url characters without separators:
// id (18 bytes: 10 bits home, 6 spare, 128 random), secret (32 bytes), tag (10 bytes).
// 128 random bits name the session and 256 more open it (A2-A6; ASVS 7.2.3; C2.10).

import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js';
import { equalBytesInConstantTime, hmacSha256, sha256, sha256Bytes } from '../crypto/digest.js';
import type { KeyRing, RingKey } from '../crypto/key-ring.js';
import { randomBytes } from '../crypto/random.js';
import type { SessionId } from './record.js';

const ID_BYTES = 18;
const ID_CHARACTERS = 24;
const SECRET_BYTES = 32;
const TAG_BYTES = 10;
const HOMES = 1024;

/** Both parts are whole groups of three bytes, so every text of this shape is canonical base64url. */
const SHAPE = /^[A-Za-z0-9_-]{80}$/;
const ID_SHAPE = /^[A-Za-z0-9_-]{24}/;

/** Whether the text has a token's shape (A38). Anything else is refused before a store is asked. */
export function isToken(text: string): boolean {
  return text.length === 80 && SHAPE.test(text);
}

/**
 * Whether the text is as long as a token and begins like one. That is all a record is asked for with:
 * of what follows the id, the hash decides. It costs less than half of `isToken`.
 */
export function hasTokenId(text: string): boolean {
  return text.length === 80 && ID_SHAPE.test(text);
}

/** The id of a token, or of a text that begins like one. */
export function tokenId(token: string): SessionId {
  return token.slice(0, ID_CHARACTERS);
}

/** What a record stores of a token: SHA-256 of it as it stands in the cookie. */
export const hashToken: (token: string) => string = sha256;

/** Which of the 1,024 homes the sessions of a user live in. Depends on no key, so it never moves. */
export function homeOf(userId: string): number {
  return sha256Bytes(userId).readUInt16BE(0) % HOMES;
}

/** A home for a session that belongs to nobody. */
export function randomHome(): number {
  return randomBytes(2).readUInt16BE(0) % HOMES;
}

/** What a token is made and checked with. */
export interface TokenMint {
  readonly ring: KeyRing;
  /** Keeps two applications on one key ring apart. */
  readonly namespace: string;
}

export interface MintedToken {
  /** A text of its own: cut from the token, it would keep the whole token in memory with the record. */
  readonly id: SessionId;
  readonly token: string;
}

/** A new token with a new id in the home given, tagged by the newest key. */
export function mintToken(mint: TokenMint, home: number): MintedToken {
  const id = randomBytes(ID_BYTES);
  id.writeUInt16BE((home << 6) | (id.readUInt16BE(0) & 0x3f), 0);
  const name = encodeBase64url(id);
  const token = assemble(mint, mint.ring.newest, name, randomBytes(SECRET_BYTES));
  return { id: name, token };
}

/**
 * The one successor of a token in a generation: requests that run at the same time compute the same
 * one. It derives from the presented secret, never from a stored hash: a stolen backup together with
 * the keys opens nothing.
 */
export function deriveSuccessor(
  mint: TokenMint,
  key: RingKey,
  token: string,
  generation: number,
): string {
  const id = tokenId(token);
  const { secret } = split(token);
  const successor = hmacSha256(key.derive('session successor'), [
    mint.namespace,
    id,
    String(generation),
    secret,
  ]);
  return assemble(mint, key, id, successor);
}

/** Whether this token was made here, by any key still in the ring. Says nothing about being current. */
export function hasValidTag(mint: TokenMint, token: string): boolean {
  const id = tokenId(token);
  const { secret, tag } = split(token);
  return mint.ring.keys.some((key) =>
    equalBytesInConstantTime(tagOf(key, mint.namespace, id, secret), tag),
  );
}

function assemble(mint: TokenMint, key: RingKey, id: SessionId, secret: Uint8Array): string {
  const tag = tagOf(key, mint.namespace, id, secret);
  const tail = new Uint8Array(SECRET_BYTES + TAG_BYTES);
  tail.set(secret);
  tail.set(tag, SECRET_BYTES);
  return id + encodeBase64url(tail);
}

function split(token: string): { readonly secret: Uint8Array; readonly tag: Uint8Array } {
  const tail = decodeBase64url(token.slice(ID_CHARACTERS)) ?? new Uint8Array(0);
  return { secret: tail.subarray(0, SECRET_BYTES), tag: tail.subarray(SECRET_BYTES) };
}

function tagOf(key: RingKey, namespace: string, id: SessionId, secret: Uint8Array): Uint8Array {
  return hmacSha256(key.derive('session tag'), [namespace, id, secret]).subarray(0, TAG_BYTES);
}
