import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readAccountName } from '../../src/accounts/account-name.js';

/** Any code points, lone surrogates too. (fast-check's own `binary` unit takes two seconds to set up.) */
const anyText = fc
  .array(
    fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    { minLength: 1, maxLength: 30 },
  )
  .map((characters) => characters.join(''));

function canonical(typed: string): string {
  const reading = readAccountName(typed);
  return reading.ok ? reading.canonicalName : reading.reason;
}

describe('account names', () => {
  it('keep the spelling for people and compare without case, width or form', () => {
    expect(readAccountName(' Ada.King@Example.ORG ')).toEqual({
      ok: true,
      name: 'Ada.King@Example.ORG',
      canonicalName: 'ada.king@example.org',
    });
    expect(canonical('ＡＤＡ')).toBe('ada');
    expect(canonical('Zoe\u0308')).toBe(canonical('zoë'));
    expect(canonical('\u212aim')).toBe('kim'); // KELVIN SIGN
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['a'.repeat(255), 'too-long'],
    ['a'.repeat(1_000_000), 'too-long'],
    ['\ufdfa'.repeat(20), 'forbidden-character'], // a ligature that NFKC writes with spaces
    ['\ufb03'.repeat(100), 'too-long'], // another that it writes with three letters
    ['two words', 'forbidden-character'],
    ['zero\u200bwidth', 'forbidden-character'],
    ['filler\u3164', 'forbidden-character'],
    ['turn\u202eed', 'forbidden-character'],
    ['nul\u0000', 'forbidden-character'],
    ['line\nbreak', 'forbidden-character'],
    ['lone\ud800', 'forbidden-character'],
    ['\u0301mark', 'forbidden-character'],
    ['private\ue000', 'forbidden-character'],
  ])('refuse %j as %s', (typed, reason) => {
    expect(readAccountName(typed)).toMatchObject({ ok: false, reason });
  });

  it('may have 254 characters of any script', () => {
    expect(canonical('é'.repeat(254))).toHaveLength(254);
    expect(canonical('संजय')).toBe('संजय');
    expect(canonical('🦊')).toBe('🦊');
  });

  it('read their own canonical form back unchanged, for every character of the lower planes', () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        const reading = readAccountName(typed);
        if (reading.ok) expect(canonical(reading.canonicalName)).toBe(reading.canonicalName);
        else expect(reading.message).not.toBe('');
      }),
    );
    for (let code = 0; code < 0x20000; code += 1) {
      const reading = readAccountName(`x${String.fromCodePoint(code)}`);
      if (reading.ok && canonical(reading.canonicalName) !== reading.canonicalName)
        expect.unreachable(`U+${code.toString(16)} is not stable`);
    }
  });
});
