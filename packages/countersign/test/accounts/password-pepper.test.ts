// Peppers in argon2id records (G12): rotation, records without one, and keys that are gone.

import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { formatArgon2Hash, parseArgon2Hash } from '../../src/accounts/argon2-hash.js';
import { argon2Hasher } from '../../src/accounts/argon2.js';
import { createArgon2Hasher, type DeriveArgon2id } from '../../src/accounts/password-hasher.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';

const FIRST = 'the first pepper, of 32 or more bytes';
const SECOND = 'a second pepper, newer, also 32 bytes';
const PASSWORD = 'a quiet otter and seven lamps';
/** Its output tells nothing of secrecy, but is quick and depends on password and salt. */
const derive: DeriveArgon2id = async (password, salt, _cost, bytes) =>
  Uint8Array.from({ length: bytes }, (_, i) => (password[i] ?? 0) ^ (salt[i] ?? 7));

const plain = createArgon2Hasher(derive);
const first = createArgon2Hasher(derive, { pepper: [FIRST] });
const rotated = createArgon2Hasher(derive, { pepper: [SECOND, FIRST] });
const second = createArgon2Hasher(derive, { pepper: [SECOND] });

describe('a pepper (G12)', () => {
  it('is named in the record by its id, in base64, and the record has no more of it', async () => {
    const stored = await first.hash(PASSWORD);
    const { id } = createKeyRing([FIRST]).newest;
    const standard = id.replaceAll('-', '+').replaceAll('_', '/');
    expect(stored).toContain(`$argon2id$v=19$m=19456,t=2,p=1,keyid=${standard}$`);
    expect(stored).not.toContain(FIRST);
    expect(parseArgon2Hash(stored)?.keyId).toBe(id);
  });

  it('keys the output of argon2 by HMAC-SHA-256 with a key of its own purpose', async () => {
    const stored = parseArgon2Hash(await first.hash(PASSWORD));
    if (stored === undefined) throw new Error('the record cannot be read');
    const cost = { memory: 19_456, passes: 2, lanes: 1 };
    const bare = await derive(new TextEncoder().encode(PASSWORD), stored.salt, cost, 32);
    const key = createKeyRing([FIRST]).newest.derive('password pepper');
    const framed = Buffer.concat([Buffer.from([0, 0, 0, 32]), bare]);
    expect(Buffer.from(stored.hash)).toEqual(createHmac('sha256', key).update(framed).digest());
  });

  it('works with the real function', async () => {
    const real = argon2Hasher({ pepper: [FIRST] });
    const stored = await real.hash(PASSWORD);
    expect(await real.verify(stored, PASSWORD)).toEqual({ match: true, needsRehash: false });
    expect(await real.verify(stored, `${PASSWORD}.`)).toMatchObject({ reason: 'mismatch' });
  });

  it.each([
    ['an older pepper', first],
    ['no pepper', plain],
  ])('a hash with %s verifies, and wants to be made anew (G4)', async (_, older) => {
    const stored = await older.hash(PASSWORD);
    expect(await rotated.verify(stored, PASSWORD)).toEqual({ match: true, needsRehash: true });
    expect(await rotated.verify(stored, 'another one')).toMatchObject({ reason: 'mismatch' });
  });

  it('is in every hash that is made after it was put in front', async () => {
    expect(await second.verify(await rotated.hash(PASSWORD), PASSWORD)).toEqual({
      match: true,
      needsRehash: false,
    });
  });

  it('that is gone from the ring, or was never there, makes a record unreadable, for the usual work', async () => {
    let runs = 0;
    const counting = (pepper?: readonly string[]) =>
      createArgon2Hasher(
        (...args) => {
          runs += 1;
          return derive(...args);
        },
        pepper === undefined ? {} : { pepper },
      );
    const stored = await first.hash(PASSWORD);
    for (const hasher of [counting([SECOND]), counting()])
      expect(await hasher.verify(stored, PASSWORD)).toEqual({ match: false, reason: 'unreadable' });
    expect(runs).toBe(2);
  });

  it('that somebody took out of a record, or exchanged there, does not verify', async () => {
    const stored = parseArgon2Hash(await rotated.hash(PASSWORD));
    if (stored === undefined) throw new Error('the record cannot be read');
    for (const keyId of [undefined, createKeyRing([FIRST]).newest.id]) {
      const forged = formatArgon2Hash({ ...stored, keyId });
      expect(await rotated.verify(forged, PASSWORD)).toMatchObject({ reason: 'mismatch' });
    }
  });

  it.each([
    ['a short id', ',keyid=abc'],
    ['an id that is no base64', ',keyid=abc-_fgh'],
    ['other data', ',data=abcdefgh'],
  ])('a record with %s is unreadable (G5)', async (_, parameter) => {
    const stored = (await plain.hash(PASSWORD)).replace('p=1', `p=1${parameter}`);
    expect(await rotated.verify(stored, PASSWORD)).toMatchObject({ reason: 'unreadable' });
  });

  it('a record with a pepper whose hash is not of 32 bytes is unreadable', async () => {
    const stored = parseArgon2Hash(await first.hash(PASSWORD));
    if (stored === undefined) throw new Error('the record cannot be read');
    const short = formatArgon2Hash({ ...stored, hash: stored.hash.subarray(0, 16) });
    expect(await first.verify(short, PASSWORD)).toMatchObject({ reason: 'unreadable' });
  });

  it.each([
    ['none at all', [], /pepper: no key was given.*PASSWORD_PEPPER/],
    ['one that is not set', [undefined], /pepper\[0\]: is not set/],
    ['a short one', ['secret'], /pepper\[0\]: has 6 bytes/],
  ])('%s is refused at construction', (_, pepper, message) => {
    expect(() => argon2Hasher({ pepper })).toThrow(message);
  });
});
