// What a token is made of, and that nothing of it is about its owner (OWASP A2-A8; ASVS 7.2.3, 11.5.1).

import { expect, test } from 'vitest';

import type { SessionStore } from '../../src/index.js';
import { createFixture, KEY } from './fixture.js';

const TOKENS = 2_000;
/** id (10-bit home, 6 spare, 128 random), secret (256 random), tag. */
const [ID_BYTES, SECRET_BYTES, TAG_BYTES] = [18, 32, 10];
const HOME_BYTES = 2;

async function tokensOf(userId: string, count: number): Promise<readonly Buffer[]> {
  const { browser } = createFixture();
  const tokens: Buffer[] = [];
  for (let n = 0; n < count; n += 1) {
    const laptop = browser();
    await laptop.signIn(userId);
    tokens.push(Buffer.from(laptop.token, 'base64url'));
  }
  return tokens;
}

test('tokens have 128 random bits of id and 256 of secret, and never come twice (A2-A6; 7.2.3)', async () => {
  const tokens = await tokensOf('user-1', TOKENS);
  const random = tokens.map((token) => {
    expect(token).toHaveLength(ID_BYTES + SECRET_BYTES + TAG_BYTES);
    return token.subarray(HOME_BYTES, ID_BYTES + SECRET_BYTES);
  });
  const halves = random.flatMap((bytes) => [
    bytes.subarray(0, ID_BYTES - HOME_BYTES).toString('hex'),
    bytes.subarray(ID_BYTES - HOME_BYTES).toString('hex'),
  ]);
  expect(new Set(halves).size).toBe(2 * TOKENS);
  // Each bit is one about half of the time: eight standard deviations are one chance in 10^15.
  const bits = random[0]?.length ?? 0;
  for (let bit = 0; bit < bits * 8; bit += 1) {
    const ones = random.filter((bytes) => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
    expect(Math.abs(ones - TOKENS / 2), `bit ${bit}`).toBeLessThan(8 * Math.sqrt(TOKENS / 4));
  }
});

test('tokens say nothing of who, when or what: the same sign-in makes others (A7, A8)', async () => {
  const name = 'ada@example.org';
  const [token = Buffer.alloc(0)] = await tokensOf(name, 1);
  for (const encoding of ['utf8', 'latin1', 'hex', 'base64url'] as const)
    expect(token.toString(encoding)).not.toContain(name);
  const [again] = await tokensOf(name, 1);
  expect(again?.subarray(HOME_BYTES).equals(token.subarray(HOME_BYTES))).toBe(false);
  // The first 10 bits are the home: a hash of the user id, one of 1,024, which names nobody.
  const [home, sameHome] = [token, again].map((bytes) => (bytes?.readUInt16BE(0) ?? NaN) >> 6);
  expect(home).toBe(sameHome);
});

test('a store has no token and no secret, only what they hash to (A10)', async () => {
  const stores: SessionStore[] = [];
  const { browser } = createFixture({
    override(inner) {
      stores.push(inner);
      return {};
    },
  });
  const laptop = browser();
  await laptop.signIn();
  const records = (await stores[0]?.list('user-1')) ?? [];
  expect(records).toHaveLength(1);
  const text = JSON.stringify(records);
  expect(text).toContain(laptop.token.slice(0, 24));
  for (const part of [laptop.token.slice(24), laptop.token.slice(24, 67), KEY])
    expect(text).not.toContain(part);
});
