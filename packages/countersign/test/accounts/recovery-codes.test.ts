import { describe, expect, it } from 'vitest';

import { findRecoveryCode, makeRecoveryCodes } from '../../src/accounts/recovery-codes.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';

const OLD = 'an old key of at least 32 bytes, 0123456789';
const NEW = 'the new key of at least 32 bytes, 0123456789';
const keys = createKeyRing([NEW]);

describe('recovery codes', () => {
  const { codes, hashes } = makeRecoveryCodes(keys, 'ada');
  const find = (typed: string): number | undefined => findRecoveryCode(keys, 'ada', hashes, typed);

  it('are ten of 120 bits, in letters that are not mistaken for digits (ASVS 6.5.3, G81)', () => {
    expect(codes).toHaveLength(10);
    for (const code of codes)
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    const many = Array.from({ length: 50 }, () => makeRecoveryCodes(keys, 'ada').codes).flat();
    expect(new Set(many).size).toBe(500);
    // Every character position takes many values: no bit of the 120 stands still.
    for (const at of [0, 12, 28]) expect(new Set(many.map((code) => code[at])).size).toBe(32);
  });

  it('are stored as hashes that do not show them (ASVS 6.5.2, G81)', () => {
    expect(hashes).toHaveLength(10);
    expect(new Set(hashes).size).toBe(10);
    for (const hash of hashes) expect(hash).toMatch(/^[\w-]{8}\.[\w-]{43}$/);
    const stored = hashes.join();
    for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', ''));
  });

  it('are found in their place', () => {
    expect(codes.map(find)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('may be typed in any case, with or without hyphens and spaces', () => {
    const [code = ''] = codes;
    for (const typed of [
      code.toLowerCase(),
      code.replaceAll('-', ''),
      code.replaceAll('-', ' '),
      ` ${code}\n`,
      code.replaceAll('-', ' - '),
    ])
      expect(find(typed)).toBe(0);
  });

  it('may be typed with O for 0, and with I or L for 1', () => {
    const found = Array.from({ length: 50 }, () => makeRecoveryCodes(keys, 'ada')).find(
      (made) => made.codes[3]?.includes('0') === true && made.codes[3].includes('1'),
    );
    const code = found?.codes[3] ?? '';
    expect(code).toMatch(/0/);
    for (const one of ['I', 'i', 'L', 'l']) {
      const typed = code.replaceAll('0', 'o').replaceAll('1', one);
      expect(typed).not.toBe(code);
      expect(findRecoveryCode(keys, 'ada', found?.hashes ?? [], typed)).toBe(3);
    }
  });

  it('are good for their user only', () => {
    expect(findRecoveryCode(keys, 'bob', hashes, codes[0] ?? '')).toBeUndefined();
  });

  it('are not found once their hash is gone (ASVS 6.5.1, G81)', () => {
    const left = hashes.filter((_, position) => position !== 4);
    expect(findRecoveryCode(keys, 'ada', left, codes[4] ?? '')).toBeUndefined();
    expect(findRecoveryCode(keys, 'ada', left, codes[5] ?? '')).toBe(4);
    expect(findRecoveryCode(keys, 'ada', [], codes[4] ?? '')).toBeUndefined();
  });

  it('differ by a single character, or are another code', () => {
    const [code = ''] = codes;
    for (let at = 0; at < code.length; at += 1) {
      if (code[at] === '-') continue;
      const other = code[at] === '7' ? '8' : '7';
      expect(find(`${code.slice(0, at)}${other}${code.slice(at + 1)}`)).toBeUndefined();
    }
  });

  it.each(['', '-', '0', 'U'.repeat(24), '0'.repeat(23), '0'.repeat(25), '0'.repeat(1_000_000)])(
    'are not what cannot be one (case %#)',
    (typed) => {
      expect(find(typed)).toBeUndefined();
    },
  );

  it('stay good while their key is in the ring', () => {
    const made = makeRecoveryCodes(createKeyRing([OLD]), 'ada');
    const [, second = ''] = made.codes;
    expect(findRecoveryCode(createKeyRing([NEW, OLD]), 'ada', made.hashes, second)).toBe(1);
    expect(findRecoveryCode(keys, 'ada', made.hashes, second)).toBeUndefined();
  });
});
