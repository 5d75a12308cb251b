import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readAccountName } from '../../src/accounts/account-name.js';
import { ADDRESS_REFUSALS, readEmailAddress } from '../../src/accounts/email-address.js';

function canonical(typed: string): string {
  const reading = readEmailAddress(typed);
  return reading.ok ? reading.canonical : reading.reason;
}

const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff })
  .map((code) => String.fromCodePoint(code));
const usual = fc.constantFrom(...Array.from('aZ0+-ßΣςİıéＡﬁ'));
const trouble = fc.constantFrom(...Array.from('.@_"\\()<>,:; \r\n\t＠．。\u0301\u00ad\u200d'));
const part = fc
  .array(
    fc.oneof(
      { weight: 40, arbitrary: usual },
      { weight: 3, arbitrary: trouble },
      { weight: 1, arbitrary: anyCharacter },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((characters) => characters.join(''));
/** Often an address, or nearly one. */
const nearlyAddress = fc
  .tuple(part, part, fc.constantFrom('.example', '.org', '.ΣΑΣ', '', '。jp', '.１２'))
  .map(([local, domain, end]) => `${local}@${domain}${end}`);

describe('an e-mail address', () => {
  it('keeps its spelling for people and is compared without case, width or form', () => {
    expect(readEmailAddress(' Ada.King+shop@Example.ORG\n')).toEqual({
      ok: true,
      address: 'Ada.King+shop@Example.ORG',
      mailbox: 'Ada.King+shop@example.org',
      canonical: 'ada.king+shop@example.org',
    });
    expect(canonical('zoe\u0308@example.org')).toBe(canonical('ZOË@example.org'));
    expect(canonical('ａｄａ@example.org')).toBe('ada@example.org');
  });

  it('has its domain compared, and mailed to, in A-labels', () => {
    expect(readEmailAddress('Ada@BÜCHER.example')).toEqual({
      ok: true,
      address: 'Ada@BÜCHER.example',
      mailbox: 'Ada@xn--bcher-kva.example',
      canonical: 'ada@xn--bcher-kva.example',
    });
    expect(canonical('ada@xn--bcher-kva.example')).toBe(canonical('ada@bücher.example'));
    expect(canonical('用户@例え。jp')).toBe(canonical('用户@例え.jp'));
  });

  it('with a capital sigma is that of the small one, not of the final one: they are two domains', () => {
    expect(canonical('x@example.ΣΑΣ')).toBe(canonical('x@example.σασ'));
    expect(canonical('x@example.ΣΑΣ')).not.toBe(canonical('x@example.σας'));
  });

  it.each([
    'a@b.co',
    "o'brien_jr@mail.example.co.uk",
    '!#$%&*+-/=?^_`{|}~@example.org',
    'digits123@4you.example',
    'संजय@डाटा.example',
    `${'a'.repeat(64)}@example.org`,
    `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.org`,
  ])('may be %s', (typed) => {
    expect(readEmailAddress(typed)).toMatchObject({ ok: true, address: typed });
  });

  it.each([
    ['', 'empty'],
    [' \t ', 'empty'],
    [`${'a'.repeat(65)}@example.org`, 'too-long'],
    [`${'é'.repeat(33)}@example.org`, 'too-long'],
    [`${'ﬃ'.repeat(21)}aa@example.org`, 'too-long'], // 65 octets once folded
    [`${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.org`, 'too-long'],
    [`a@${'b'.repeat(64)}.org`, 'malformed'],
    ['ada', 'malformed'],
    ['@example.org', 'malformed'],
    ['ada@', 'malformed'],
    ['ada@localhost', 'malformed'],
    ['ada@@example.org', 'malformed'],
    ['ada@king@example.org', 'malformed'],
    ['.ada@example.org', 'malformed'],
    ['ada.@example.org', 'malformed'],
    ['a..da@example.org', 'malformed'],
    ['"ada king"@example.org', 'malformed'],
    ['ada king@example.org', 'malformed'],
    ['ada@exa mple.org', 'malformed'],
    ['ada(note)@example.org', 'malformed'],
    ['Ada <ada@example.org>', 'malformed'],
    ['ada@example.org, eve@example.org', 'malformed'],
    ['ada@example.org;eve', 'malformed'],
    ['ada@example.org\r\nBcc: eve@example.net', 'malformed'],
    ['ada\n@example.org', 'malformed'],
    ['ada@example\n.org', 'malformed'],
    ['ada\u0000@example.org', 'malformed'],
    ['ada\u2028@example.org', 'malformed'],
    ['ada\u0085@example.org', 'malformed'],
    ['ada\u200b@example.org', 'malformed'],
    ['ada\u202e@example.org', 'malformed'],
    ['ada@exam\u00adple.org', 'malformed'],
    ['ada\ud800@example.org', 'malformed'],
    ['ada＜eve@example.org', 'malformed'], // becomes `<` in NFKC
    ['ada＠eve@example.org', 'malformed'],
    ['ada@[192.0.2.1]', 'malformed'],
    ['ada@192.0.2.1', 'malformed'],
    ['ada@3232235777.1', 'malformed'],
    ['ada@example.0x7f', 'malformed'],
    ['ada@ex%61mple.org', 'malformed'],
    ['ada@example.org:25', 'malformed'],
    ['ada@example.org/path', 'malformed'],
    ['ada@-example.org', 'malformed'],
    ['ada@exa_mple.org', 'malformed'],
    ['ada@example..org', 'malformed'],
    ['ada@example.org.', 'malformed'],
    ['ada@xn--zzzzzz9999.example', 'malformed'],
    ['\u0301ada@example.org', 'malformed'],
  ])('is not %j: %s', (typed, reason) => {
    expect(readEmailAddress(typed)).toEqual({
      ok: false,
      reason,
      message: Object.entries(ADDRESS_REFUSALS).find(([name]) => name === reason)?.[1],
    });
  });

  it('is read in time that its length bounds', () => {
    const started = performance.now();
    expect(canonical('a'.repeat(1_000_000))).toBe('too-long');
    for (const typed of [
      `${'a.'.repeat(500)}@`,
      `a@${'a-'.repeat(500)}`,
      `${'a'.repeat(120)}@${'-'.repeat(120)}!`,
    ])
      expect(readEmailAddress(typed).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(50);
  });
});

describe('every address that is accepted', () => {
  it('has one line, no white space, and at most 254 octets; its canonical form is its own', () => {
    let accepted = 0;
    fc.assert(
      fc.property(nearlyAddress, (typed) => {
        const reading = readEmailAddress(typed);
        if (!reading.ok) return;
        accepted += 1;
        for (const text of [reading.address, reading.mailbox, reading.canonical]) {
          expect(text).not.toMatch(/[\p{C}\p{Z}\s<>"(),:;\\]/u);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(254);
          expect(canonical(text)).toBe(reading.canonical);
        }
        expect(reading.mailbox).toMatch(/@[a-z\d.-]+$/);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('is the same account as the name that it makes at sign-in', () => {
    let accepted = 0;
    const check = (typed: string): void => {
      const reading = readEmailAddress(typed);
      if (!reading.ok) return;
      accepted += 1;
      for (const name of [typed, reading.address, reading.mailbox, reading.canonical]) {
        const asName = readAccountName(name);
        if (!asName.ok || asName.canonicalName !== reading.canonical)
          expect.unreachable(`${JSON.stringify(name)} is another account as a name`);
      }
    };
    fc.assert(fc.property(nearlyAddress, check), { numRuns: 5000 });
    const shapes = [
      [0, 0x3400],
      [0xf900, 0x10000],
      [0x1d400, 0x1d800],
    ] as const;
    for (const code of shapes.flatMap(([from, to]) =>
      Array.from({ length: to - from }, (_, index) => from + index),
    )) {
      const character = String.fromCodePoint(code);
      check(`x${character}@example.org`);
      check(`x@y${character}.example`);
    }
    expect(accepted).toBeGreaterThan(10_000);
  });

  it('and every name keeps the canonical form that it has been given', () => {
    fc.assert(
      fc.property(nearlyAddress, (typed) => {
        const reading = readAccountName(typed);
        if (!reading.ok) return;
        expect(readAccountName(reading.canonicalName)).toMatchObject({
          canonicalName: reading.canonicalName,
        });
      }),
      { numRuns: 5000 },
    );
  });
});
