// The hashes that other systems made of passwords, taken apart: PBKDF2 and scrypt as Django and Werkzeug
// write them, and bcrypt, bare and as Django writes it. Not the decision what to do with one. All that is
// read is bounded, so that a record cannot order more work than a sign-in may take (G5).

import { derivePbkdf2, deriveScrypt, scryptMemory, type ScryptCost } from '../crypto/kdf.js';
import { sha256Bytes } from '../crypto/digest.js';
import { encodePassword } from './password-text.js';

/**
 * Bcrypt with a salt that has version, cost and salt in one: `$2b$10$` and 22 characters. The `hash` of
 * `bcrypt` and `bcryptjs` is this.
 */
export interface Bcrypt {
  hash(password: string, salt: string): Promise<string>;
}

/** One way of hashing, with its cost and salt. */
export interface LegacyScheme {
  /** How its records write the hash. */
  readonly form: 'base64' | 'hex' | 'bcrypt';
  /** Length of the hash. */
  readonly bytes: number;
  /** Whether it would use the whole of this password. `false` only for bcrypt, which would cut it. */
  takes(password: string): boolean;
  derive(password: string): Promise<Uint8Array>;
}

/** More than any version of Django or Werkzeug asks for by itself; SHA-512 takes up to four times as long. */
const MOST_ITERATIONS = { sha1: 5_000_000, sha256: 5_000_000, sha512: 2_000_000 } as const;
/** As much as argon2 may take here: 256 MiB. OWASP's first choice takes half of it. */
const MOST_SCRYPT_MEMORY = 2 ** 28;
/** Four times the work of OWASP's choices. */
const MOST_SCRYPT_WORK = 2 ** 22;
const BCRYPT_COST = { least: 4, most: 15 };
const BCRYPT_BYTES = 72;
const BCRYPT_HASH_CHARACTERS = 31;

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;
const SCRYPT_BYTES = 64;

const SALT = '(?<salt>[ -#%-~]{1,128})';
const BCRYPT_SALT = '\\$2(?<version>[aby])\\$(?<cost>\\d\\d)\\$(?<salt>[./A-Za-z0-9]{22})';

type Fields = Readonly<Record<string, string | undefined>>;
type Read = (fields: Fields, bcrypt: Bcrypt | undefined) => LegacyScheme | undefined;

/** What stands before the hash in each kind of record, and what that means. */
const HEADS: readonly (readonly [head: RegExp, read: Read])[] = [
  // Django's pbkdf2_sha256 and pbkdf2_sha1.
  [
    new RegExp(`^pbkdf2_(?<digest>sha256|sha1)\\$(?<iterations>\\d{1,8})\\$${SALT}$`),
    (fields) => readPbkdf2(fields, 'base64'),
  ],
  // Werkzeug's pbkdf2.
  [
    new RegExp(`^pbkdf2:(?<digest>sha256|sha1|sha512):(?<iterations>\\d{1,8})\\$${SALT}$`),
    (fields) => readPbkdf2(fields, 'hex'),
  ],
  // Django's scrypt.
  [
    new RegExp(`^scrypt\\$(?<n>\\d{1,8})\\$${SALT}\\$(?<r>\\d{1,4})\\$(?<p>\\d{1,4})$`),
    (fields) => readScrypt(fields, 'base64'),
  ],
  // Werkzeug's scrypt.
  [
    new RegExp(`^scrypt:(?<n>\\d{1,8}):(?<r>\\d{1,4}):(?<p>\\d{1,4})\\$${SALT}$`),
    (fields) => readScrypt(fields, 'hex'),
  ],
  // Bare, and Django's bcrypt, which is the same behind its name.
  [new RegExp(`^(?:bcrypt\\$)?${BCRYPT_SALT}$`), readBareBcrypt],
  // Django's bcrypt_sha256.
  [new RegExp(`^bcrypt_sha256\\$${BCRYPT_SALT}$`), readBcryptOverSha256],
];

/**
 * @param head a record up to its hash, without the sign between them
 * @returns `undefined` for a scheme that is not known, for costs out of bounds, and for bcrypt without a
 *   function for it
 */
export function readLegacyScheme(
  head: string,
  bcrypt: Bcrypt | undefined,
): LegacyScheme | undefined {
  for (const [pattern, read] of HEADS) {
    const match = pattern.exec(head);
    if (match !== null) return read(match.groups ?? {}, bcrypt);
  }
  return undefined;
}

function readPbkdf2(fields: Fields, form: 'base64' | 'hex'): LegacyScheme | undefined {
  const { digest, salt = '' } = fields;
  const iterations = Number(fields['iterations']);
  if (digest !== 'sha1' && digest !== 'sha256' && digest !== 'sha512') return undefined;
  if (iterations < 1 || iterations > MOST_ITERATIONS[digest]) return undefined;
  const bytes = DIGEST_BYTES[digest];
  return {
    form,
    bytes,
    takes: () => true,
    derive: (password) =>
      derivePbkdf2(bytesOf(password), utf8(salt), { digest, iterations, bytes }),
  };
}

function readScrypt(fields: Fields, form: 'base64' | 'hex'): LegacyScheme | undefined {
  const { salt = '' } = fields;
  const cost = { n: Number(fields['n']), r: Number(fields['r']), p: Number(fields['p']) };
  if (!isRunnable(cost)) return undefined;
  return {
    form,
    bytes: SCRYPT_BYTES,
    takes: () => true,
    derive: (password) =>
      deriveScrypt(bytesOf(password), utf8(salt), { cost, bytes: SCRYPT_BYTES }),
  };
}

function isRunnable(cost: ScryptCost): boolean {
  const { n, r, p } = cost;
  return (
    n >= 2 &&
    Number.isInteger(Math.log2(n)) &&
    // RFC 7914 §2: N is below 2^(128·r/8). Others throw, at every sign-in of that account.
    Math.log2(n) < 16 * r &&
    r >= 1 &&
    p >= 1 &&
    n * r * p <= MOST_SCRYPT_WORK &&
    scryptMemory(cost) <= MOST_SCRYPT_MEMORY
  );
}

/**
 * Bcrypt reads 72 bytes, and some implementations up to a NUL. Systems that did not know let anybody in
 * who had the first 72 right; here such a password is refused, and its owner sets a new one by mail.
 */
function readBareBcrypt(fields: Fields, bcrypt: Bcrypt | undefined): LegacyScheme | undefined {
  return readBcrypt(fields, bcrypt, {
    takes: (password) => utf8(password).length <= BCRYPT_BYTES && !password.includes('\0'),
    prepare: (password) => password,
  });
}

/** The digest is handed on in hexadecimal: 64 bytes, none of them a NUL. */
function readBcryptOverSha256(
  fields: Fields,
  bcrypt: Bcrypt | undefined,
): LegacyScheme | undefined {
  return readBcrypt(fields, bcrypt, {
    takes: () => true,
    prepare: (password) => sha256Bytes(password).toString('hex'),
  });
}

function readBcrypt(
  fields: Fields,
  bcrypt: Bcrypt | undefined,
  {
    takes,
    prepare,
  }: { readonly takes: LegacyScheme['takes']; readonly prepare: (password: string) => string },
): LegacyScheme | undefined {
  const { version = '', cost = '', salt = '' } = fields;
  if (bcrypt === undefined) return undefined;
  if (Number(cost) < BCRYPT_COST.least || Number(cost) > BCRYPT_COST.most) return undefined;
  // `2y` is PHP's name for what is `2b` elsewhere; not every implementation knows it.
  const settings = `$2${version === 'y' ? 'b' : version}$${cost}$${salt}`;
  return {
    form: 'bcrypt',
    bytes: BCRYPT_HASH_CHARACTERS,
    takes,
    async derive(password) {
      const record = await bcrypt.hash(prepare(password), settings);
      return utf8(record.slice(-BCRYPT_HASH_CHARACTERS));
    },
  };
}

/** Whoever asks has looked at the length. */
function bytesOf(password: string): Uint8Array {
  const bytes = encodePassword(password);
  if (bytes === undefined) throw new RangeError('The password is too long to hash');
  return bytes;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
