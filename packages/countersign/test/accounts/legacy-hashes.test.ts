// Records of other systems: verified as they are, replaced at the next sign-in, bounded (G4, G5, G9, G13).

import { readFileSync } from 'node:fs';

import bcrypt from 'bcryptjs';
import { describe, expect, it } from 'vitest';

import { argon2Hasher } from '../../src/accounts/argon2.js';
import { withLegacyHashes, type Bcrypt } from '../../src/accounts/legacy-hashes.js';
import {
  createArgon2Hasher,
  type DeriveArgon2id,
  type QueuedPasswordHasher,
} from '../../src/accounts/password-hasher.js';
import { LEGACY_VECTORS, type LegacyVector } from './legacy-vectors.js';

const hasher = withLegacyHashes(argon2Hasher(), { bcrypt });

/** A hasher whose own argon2id is made up and counts its runs. */
function countingHasher() {
  const runs: number[] = [];
  const derive: DeriveArgon2id = async (password, _salt, { memory }, bytes) => {
    runs.push(memory);
    return new Uint8Array(bytes).fill(password[0] ?? 0);
  };
  const inner = createArgon2Hasher(derive, { concurrency: 1, queue: 0 });
  return { runs, hasher: withLegacyHashes(inner, { bcrypt }) };
}

/** The first of this kind, whose password is the plain one. */
function vectorOf(made: string): LegacyVector {
  const found = LEGACY_VECTORS.find((vector) => vector.made === made);
  if (found === undefined) throw new Error(`There is no vector of ${made}`);
  return found;
}

const vectors = LEGACY_VECTORS.map((vector, i) => ({ ...vector, title: `${vector.made} (${i})` }));
const cheap = vectors.filter(({ made }) => !made.includes('default'));

describe('a record of another system', () => {
  it.each(vectors)('$title verifies, and wants to be replaced (G4)', async (vector) => {
    const { record, password } = vector;
    expect(await hasher.verify(record, password)).toEqual({ match: true, needsRehash: true });
  });

  it.each(cheap)('$title takes no other password', async ({ record, password }) => {
    for (const wrong of [`${password}.`, password.slice(1), password.toUpperCase(), ''])
      expect(await hasher.verify(record, wrong)).toEqual({ match: false, reason: 'mismatch' });
  });

  it.each(cheap)('$title does not verify once a character of it is another', async (vector) => {
    const { record, password } = vector;
    // The third from the end is in the hash, and every bit of it counts.
    const at = record.replace(/=+$/, '').length - 3;
    const other = record[at] === '0' ? '1' : '0';
    const forged = record.slice(0, at) + other + record.slice(at + 1);
    expect(await hasher.verify(forged, password)).toEqual({ match: false, reason: 'mismatch' });
  });

  it('is no concern of records of the hasher itself', async () => {
    const stored = await hasher.hash('a quiet otter');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(stored, 'a quiet otter')).toEqual({
      match: true,
      needsRehash: false,
    });
  });
});

describe('bcrypt', () => {
  const { record: seventyTwo, password: y72 } = vectorOf('bcrypt of 72 bytes');

  it('takes 72 bytes, and refuses the same with more behind it, which it would cut (G7, G14)', async () => {
    expect(y72).toHaveLength(72);
    expect(await bcrypt.compare(`${y72}z`, seventyTwo)).toBe(true);
    expect(await hasher.verify(seventyTwo, y72)).toMatchObject({ match: true });
    expect(await hasher.verify(seventyTwo, `${y72}z`)).toEqual({
      match: false,
      reason: 'mismatch',
    });
  });

  it('refuses a NUL, at which some implementations stop (G7)', async () => {
    const record = await bcrypt.hash('quiet\0otter', 4);
    expect(await hasher.verify(record, 'quiet\0otter')).toMatchObject({ reason: 'mismatch' });
  });

  it('counts bytes, not characters', async () => {
    const cut = 'é'.repeat(37);
    const record = await bcrypt.hash(cut, 4);
    expect(await hasher.verify(record, cut)).toMatchObject({ reason: 'mismatch' });
    const fits = 'é'.repeat(36);
    expect(await hasher.verify(await bcrypt.hash(fits, 4), fits)).toMatchObject({ match: true });
  });

  it('does the work of one hash for a password that it refuses (G10)', async () => {
    const { runs, hasher: counting } = countingHasher();
    await counting.verify(await bcrypt.hash('x', 4), 'x'.repeat(73));
    expect(runs).toEqual([19_456]);
  });

  it('is unreadable where no function for it was given', async () => {
    const without = withLegacyHashes(argon2Hasher());
    for (const { record, password } of LEGACY_VECTORS.filter(({ made }) => /bcrypt/.test(made)))
      expect(await without.verify(record, password)).toMatchObject({ reason: 'unreadable' });
  });

  it('over SHA-256 uses the whole of a long password', async () => {
    const vector = LEGACY_VECTORS.find(
      ({ made, password }) => made === 'Django bcrypt over SHA-256' && password.length === 100,
    );
    expect(vector).toBeDefined();
    expect(await hasher.verify(vector?.record, 'x'.repeat(99))).toMatchObject({ match: false });
  });
});

const B64 = `${'A'.repeat(43)}=`;
const HEX = 'a'.repeat(64);
const LONG_HEX = 'a'.repeat(128);
const BCRYPT_END = `${'a'.repeat(22)}${'b'.repeat(31)}`;

describe('bounds (G5)', () => {
  it.each([
    ['no iterations', `pbkdf2_sha256$0$salt$${B64}`],
    ['five million and one iterations', `pbkdf2_sha256$5000001$salt$${B64}`],
    ['two million and one iterations of SHA-512', `pbkdf2:sha512:2000001$salt$${LONG_HEX}`],
    ['more digits than fit', `pbkdf2:sha256:99999999999$salt$${HEX}`],
    ['no cost, which has meant several things', `pbkdf2:sha256$salt$${HEX}`],
    ['MD5', `pbkdf2:md5:1000$salt$${'a'.repeat(32)}`],
    ['no salt', `pbkdf2_sha256$1000$$${B64}`],
    ['a hash cut short', `pbkdf2_sha256$1000$salt$${'A'.repeat(40)}`],
    ['an empty hash', 'pbkdf2:sha256:1000$salt$'],
    ['capitals in hexadecimal', `pbkdf2:sha256:1000$salt$${HEX.toUpperCase()}`],
    ['half a gigabyte of scrypt', `scrypt:524288:8:1$salt$${LONG_HEX}`],
    ['too many blocks', `scrypt:16384:1024:1$salt$${LONG_HEX}`],
    ['too much work in lanes', `scrypt:32768:8:17$salt$${LONG_HEX}`],
    ['a cost that is no power of two', `scrypt:1000:8:1$salt$${LONG_HEX}`],
    ['blocks too small for the cost (RFC 7914 §2)', `scrypt:65536:1:1$salt$${LONG_HEX}`],
    ['a cost of one', `scrypt:1:8:1$salt$${LONG_HEX}`],
    ['no lanes', `scrypt:1024:8:0$salt$${LONG_HEX}`],
    ['bcrypt at 16', `$2b$16$${BCRYPT_END}`],
    ['bcrypt at 3', `$2b$03$${BCRYPT_END}`],
    ['the broken version of bcrypt', `$2x$10$${BCRYPT_END}`],
    ['a name before it that is not Django’s', `crypt$$2b$10$${BCRYPT_END}`],
    ['a line break', `scrypt:1024:8:1$salt$${LONG_HEX}\n`],
    ['argon2i', `argon2$argon2i$v=19$m=256,t=1,p=2$c2FsdHNhbHQ$${'A'.repeat(43)}`],
    ['a wrapping without an inside', 'wrapped$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA'],
    ['plain text', 'plain$$quiet otter'],
    ['nothing', ''],
  ])('a record with %s is not run, for the work of one hash (G10)', async (_, record) => {
    const { runs, hasher: counting } = countingHasher();
    expect(await counting.verify(record, 'quiet otter')).toEqual({
      match: false,
      reason: 'unreadable',
    });
    expect(runs).toEqual([19_456]);
    expect(await counting.wrap(record)).toBeUndefined();
  });

  it('refuses 100,000 bytes without any work (G8)', async () => {
    const { runs, hasher: counting } = countingHasher();
    const expected = { match: false, reason: 'too-long' };
    for (const { record } of cheap)
      expect(await counting.verify(record, 'x'.repeat(100_000))).toEqual(expected);
    expect(runs).toEqual([]);
  });
});

describe('work', () => {
  it('is that of one hash for a user who does not exist (G10)', async () => {
    const { runs, hasher: counting } = countingHasher();
    expect(await counting.verify(undefined, 'quiet otter')).toMatchObject({ reason: 'no-hash' });
    expect(runs).toEqual([19_456]);
  });

  it('waits in the same line as that of the hasher (G9)', async () => {
    const { hasher: counting } = countingHasher();
    const { record, password } = vectorOf('Django scrypt');
    const running = counting.verify(record, password);
    await expect(counting.verify(undefined, 'p')).rejects.toMatchObject({ code: 'hasher-busy' });
    expect(await running).toMatchObject({ match: true });
  });
});

describe('wrapping at import (G13)', () => {
  const kept = cheap.filter(({ made }) => made !== 'Django argon2id');

  it.each(kept)('$title opens from inside argon2id, and wants to be replaced', async (vector) => {
    const { record, password } = vector;
    const wrapped = (await hasher.wrap(record)) ?? '';
    expect(wrapped).toMatch(/^wrapped\$.*\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.verify(wrapped, password)).toEqual({ match: true, needsRehash: true });
    expect(await hasher.verify(wrapped, `${password}.`)).toMatchObject({ match: false });
  });

  it('leaves nothing of the old hash', async () => {
    for (const { record } of kept) {
      const hash = record.replace(/=+$/, '').slice(-27);
      expect(await hasher.wrap(record)).not.toContain(hash);
    }
  });

  it('leaves argon2id of Django as it is, without the name before it', async () => {
    const { record, password } = vectorOf('Django argon2id');
    const bare = (await hasher.wrap(record)) ?? '';
    expect(bare).toMatch(/^\$argon2id\$v=19\$m=256,t=1,p=2\$/);
    expect(await hasher.verify(bare, password)).toMatchObject({ match: true });
  });

  it('is found again when the salt looks like the record inside', async () => {
    const wrapped = (await hasher.wrap(`pbkdf2_sha256$1$argon2id$${B64}`)) ?? '';
    expect(wrapped).toContain('$argon2id$argon2id$');
    expect(await hasher.verify(wrapped, 'p')).toEqual({ match: false, reason: 'mismatch' });
  });
});

describe('construction', () => {
  it('refuses a hasher without a queue, and the bare function in place of the package', () => {
    const foreign = JSON.parse('{}') as QueuedPasswordHasher;
    expect(() => withLegacyHashes(foreign)).toThrow(/hasher: has no queue/);
    const bare = JSON.parse('{}') as Bcrypt;
    expect(() => withLegacyHashes(argon2Hasher(), { bcrypt: bare })).toThrow(
      /bcrypt: has no function hash/,
    );
    const misspelt: unknown[] = [argon2Hasher(), { bcryptjs: bcrypt }];
    expect((): unknown => Reflect.apply(withLegacyHashes, null, misspelt)).toThrow(
      /is not an option here/,
    );
  });
});

describe('docs/reference/legacy-passwords.md', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  const page = read('../../../../docs/reference/legacy-passwords.md');

  it('has every export', () => {
    const source = read('../../src/accounts/legacy-hashes.ts');
    const names = [...source.matchAll(/^export (?:interface|function) (\w+)/gm)].map(
      ([, it]) => it,
    );
    const passedOn = /^export type \{ ([^}]+) \}/m.exec(source)?.[1]?.split(', ') ?? [];
    expect([...names, ...passedOn].length).toBeGreaterThanOrEqual(5);
    for (const name of [...names, ...passedOn]) expect(page).toMatch(new RegExp(`\`${name}[\`(]`));
  });
});
