// The pooled random bytes: never the same twice, never shared, of the length asked for.

import { describe, expect, test } from 'vitest';

import { randomBytes } from '../../src/crypto/random.js';

const BLOCK_BYTES = 8192;

describe('randomBytes', () => {
  test.each([0, 1, 12, 32, BLOCK_BYTES])('gives %i bytes', (count) => {
    expect(randomBytes(count)).toHaveLength(count);
  });

  test.each([-1, 1.5, Number.NaN, BLOCK_BYTES + 1])('refuses to give %d bytes', (count) => {
    expect(() => randomBytes(count)).toThrow(RangeError);
  });

  test('gives no bytes twice, over several blocks', () => {
    const draws = Array.from({ length: 5_000 }, () => randomBytes(18).toString('hex'));
    expect(new Set(draws).size).toBe(draws.length);
  });

  test('gives bytes of their own: writing to one draw changes no other', () => {
    const first = randomBytes(32);
    const second = randomBytes(32);
    const kept = second.toString('hex');
    first.fill(0);
    expect(second.toString('hex')).toBe(kept);
    expect(randomBytes(32).equals(first)).toBe(false);
  });

  test('is not stuck: over a block every bit is one about half of the time', () => {
    const ones = Array.from({ length: 8 }, () => 0);
    for (const byte of randomBytes(BLOCK_BYTES)) {
      for (let bit = 0; bit < 8; bit += 1) ones[bit] = (ones[bit] ?? 0) + ((byte >> bit) & 1);
    }
    // 4,096 expected, 45 is one standard deviation: 10 of them come about once in 10^22 runs.
    for (const count of ones) expect(Math.abs(count - BLOCK_BYTES / 2)).toBeLessThan(453);
  });
});
