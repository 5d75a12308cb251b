// How an argon2id hash is written down: a PHC string, with algorithm, version, cost, salt and hash in
// one (G3). Not the hashing itself. What is read is bounded, so that whoever can write a record cannot
// order a hash of four gigabytes (G5).

import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js';

export interface Argon2Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface Argon2Hash extends Argon2Cost {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  /** Which pepper is in `hash`, by its id in the key ring. Absent: none. */
  readonly keyId?: string | undefined;
}

/** The most that is configured or read, each. 256 MiB in 16 passes is far above any login's budget. */
export const GREATEST_COST: Argon2Cost = { memory: 262_144, passes: 16, lanes: 16 };

const SALT_BYTES = { least: 8, most: 64 };
const HASH_BYTES = { least: 16, most: 64 };

const PHC =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})(?:,keyid=([A-Za-z0-9+/]{8}))?\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/**
 * `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding. With a pepper the third part
 * ends in `,keyid=<id>`, the id in the same base64.
 */
export function formatArgon2Hash({ keyId, salt, hash, ...cost }: Argon2Hash): string {
  const { memory, passes, lanes } = cost;
  const pepper = keyId === undefined ? '' : `,keyid=${toStandard(keyId)}`;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}${pepper}$${encode(salt)}$${encode(hash)}`;
}

/** The parts of a PHC string; `undefined` for any other text and for costs or sizes out of bounds. */
export function parseArgon2Hash(phc: string): Argon2Hash | undefined {
  const match = PHC.exec(phc);
  if (match === null) return undefined;
  const [, memory, passes, lanes, pepper, saltText = '', hashText = ''] = match;
  const cost = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  const salt = decode(saltText);
  const hash = decode(hashText);
  if (!isWithinBounds(cost) || salt === undefined || hash === undefined) return undefined;
  if (salt.length < SALT_BYTES.least || salt.length > SALT_BYTES.most) return undefined;
  if (hash.length < HASH_BYTES.least || hash.length > HASH_BYTES.most) return undefined;
  return pepper === undefined
    ? { ...cost, salt, hash }
    : { ...cost, salt, hash, keyId: toUrlSafe(pepper) };
}

/** Whether argon2 can run at this cost (RFC 9106 wants 8 KiB a lane) and may. */
export function isWithinBounds({ memory, passes, lanes }: Argon2Cost): boolean {
  const whole = [memory, passes, lanes].every((value) => Number.isInteger(value) && value >= 1);
  return (
    whole &&
    memory >= 8 * lanes &&
    memory <= GREATEST_COST.memory &&
    passes <= GREATEST_COST.passes &&
    lanes <= GREATEST_COST.lanes
  );
}

function encode(bytes: Uint8Array): string {
  return toStandard(encodeBase64url(bytes));
}

function decode(text: string): Uint8Array | undefined {
  return decodeBase64url(toUrlSafe(text));
}

/** PHC strings have no `_`. */
function toStandard(base64url: string): string {
  return base64url.replaceAll('-', '+').replaceAll('_', '/');
}

function toUrlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
