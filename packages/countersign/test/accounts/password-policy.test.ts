import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { createBlocklist, joinBlocklists, commonPasswords } from '../../src/accounts/blocklist.js';
import { createPasswordPolicy, PASSWORD_REFUSALS } from '../../src/accounts/password-policy.js';
import { readPassword } from '../../src/accounts/password-text.js';

const policy = createPasswordPolicy({ contextWords: ['Countersign'] });

/** Any code points, lone surrogates too. (fast-check's own `binary` unit takes two seconds to set up.) */
const anyText = fc
  .array(
    fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    { minLength: 8, maxLength: 40 },
  )
  .map((characters) => characters.join(''));

function reasonOf(typed: string, context: readonly string[] = []): string {
  const check = policy.check(typed, { context });
  return check.ok ? 'ok' : check.reason;
}

describe('length (G20-G24)', () => {
  it('wants 15 characters of a password that is alone (G20, G7 test 4, ASVS 6.2.1)', () => {
    expect(reasonOf('kq7 vz1 pw3 x9')).toBe('too-short');
    expect(reasonOf('kq7 vz1 pw3 x94')).toBe('ok');
  });

  it('takes 8 beside a second factor, and 7 never (G21, G7 test 4, ASVS 6.2.1)', () => {
    const beside = { hasSecondFactor: true };
    expect(policy.check('kq7vz1p', beside)).toEqual({
      ok: false,
      reason: 'too-short',
      message: 'This password is too short: use at least 8 characters.',
    });
    expect(policy.check('kq7vz1pw', beside)).toMatchObject({ ok: true, password: 'kq7vz1pw' });
    expect(policy.check('kq7vz1pw', { hasSecondFactor: false })).toMatchObject({ ok: false });
  });

  it('says whether a password could stand alone, whatever it stands beside (G21)', () => {
    for (const hasSecondFactor of [true, false]) {
      const check = policy.check('kq7 vz1 pw3 x94', { hasSecondFactor });
      expect(check).toMatchObject({ ok: true, standsAlone: true });
    }
    const short = policy.check('kq7 vz1 pw3 x9', { hasSecondFactor: true });
    expect(short).toMatchObject({ ok: true, standsAlone: false });
    // Emoji: 14 of them are 28 UTF-16 units.
    const emoji = policy.check('🦦🪔🎏🧶🦔🪁🌶🧊🦑🪗🥟🧵🦚🪂', { hasSecondFactor: true });
    expect(emoji).toMatchObject({ ok: true, standsAlone: false });
  });

  it('asks both kinds for what no list has (G28)', () => {
    for (const typed of ['football', 'aaaaaaaa', '12345678', 'countersign'])
      expect(policy.check(typed, { hasSecondFactor: true })).toMatchObject({ ok: false });
  });

  it('has other least lengths by option, none under those of the standards (G20, G21)', () => {
    const long = createPasswordPolicy({ minLength: 20, minLengthWithSecondFactor: 12 });
    const beside = { hasSecondFactor: true };
    expect(long.check('kq7 vz1 pw3 x94 rt5')).toMatchObject({ reason: 'too-short' });
    expect(long.check('kq7 vz1 pw3 x94 rt5', beside)).toMatchObject({ standsAlone: false });
    expect(long.check('kq7 vz1 pw3', beside)).toMatchObject({ reason: 'too-short' });
  });

  it('counts code points, not UTF-16 units: 14 emoji are too short, 64 are welcome (G23, G7 test 5)', () => {
    const emoji = Array.from({ length: 64 }, (_, i) =>
      String.fromCodePoint(0x1f600 + ((i * 37) % 64)),
    );
    expect(reasonOf(emoji.slice(0, 14).join(''))).toBe('too-short');
    expect(reasonOf(emoji.slice(0, 15).join(''))).toBe('ok');
    expect(reasonOf(emoji.join(''))).toBe('ok');
  });

  it('takes 256 code points of any width and refuses 257, never cutting (G7, G8, G22)', () => {
    const wide = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(0x20000 + i * 7)).join(
      '',
    );
    expect(policy.check(wide)).toEqual({ ok: true, password: wide, standsAlone: true });
    expect(reasonOf(`${wide}x`)).toBe('too-long');
  });

  it('refuses 100,000 bytes before doing any work on them (G8)', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const reading = readPassword('é'.repeat(50_000));
    const work = normalize.mock.calls.length;
    normalize.mockRestore();
    expect(reading).toEqual({ ok: false, reason: 'too-long' });
    expect(work).toBe(0);
    expect(reasonOf('é'.repeat(50_000))).toBe('too-long');
  });

  it('has a smaller maximum by option, 64 at least (G22)', () => {
    const small = createPasswordPolicy({ maxLength: 64 });
    const text = 'a quiet otter, seven lamps and the price of tea in Lisbon, 1931!';
    expect(small.check(text)).toMatchObject({ ok: true });
    expect(small.check(`${text}.`)).toMatchObject({
      reason: 'too-long',
      message: 'This password is too long: use at most 64 characters.',
    });
  });
});

describe('text (G7, G23, G24)', () => {
  it('gives the NFC form, so composed and decomposed accents are one password (G7 test 5)', () => {
    const composed = policy.check('vécu près du théâtre');
    expect(composed).toMatchObject({ ok: true, password: 'vécu près du théâtre'.normalize('NFC') });
    expect(policy.check('vécu près du théâtre'.normalize('NFD'))).toEqual(composed);
  });

  it('counts after normalising: eight decomposed letters are eight characters', () => {
    expect(readPassword('é'.normalize('NFD').repeat(8))).toMatchObject({ ok: true, length: 8 });
  });

  it('takes 256 characters that were typed decomposed, whatever they decompose to', () => {
    // U+16126 is the character with the longest form that recomposes: six units.
    for (const character of ['\u1fa7', '\uac01', '\u{16126}']) {
      const typed = character.repeat(256).normalize('NFD');
      expect(readPassword(typed)).toMatchObject({ ok: true, length: 256 });
    }
  });

  it('refuses a lone surrogate, which would be hashed as something else (G24)', () => {
    expect(reasonOf('correct \ud800 horse stapler')).toBe('ill-formed');
    expect(reasonOf('correct \udc00 horse stapler')).toBe('ill-formed');
  });

  it('keeps spaces, case and NUL as they are (G7, ASVS 6.2.8)', () => {
    const typed = '  Two SPACES and\u0000a nul  ';
    expect(policy.check(typed)).toEqual({ ok: true, password: typed, standsAlone: true });
  });

  it('has no rule of composition: one kind of character is enough (G25)', () => {
    expect(reasonOf('wordsonlyinlowercase')).toBe('ok');
    expect(reasonOf('ONLYCAPITALSINHERE')).toBe('ok');
    expect(reasonOf('729046183502749')).toBe('ok');
  });

  it('accepts what it gave: checking the NFC form again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        const first = policy.check(typed);
        if (first.ok) expect(policy.check(first.password)).toEqual(first);
        else expect(PASSWORD_REFUSALS).toHaveProperty(first.reason);
      }),
    );
  });
});

describe('lists (G28-G30, ASVS 6.2.4)', () => {
  it('refuses a listed password in any case, and accepts a longer one that contains it (G28, G7 test 7)', () => {
    expect(reasonOf('passwordpassword')).toBe('common');
    expect(reasonOf('PasswordPassword')).toBe('common');
    expect(reasonOf('x-passwordpassword-7q')).toBe('ok');
  });

  it('knows the most frequent long passwords and the pass phrases from print', () => {
    for (const typed of [
      '1qaz2wsx3edc4rfv',
      'qwertyuiopasdfgh',
      'thisismypassword',
      'perasperaadastra',
    ])
      expect(reasonOf(typed)).toBe('common');
    expect(reasonOf('correct horse battery staple')).toBe('common');
    expect(reasonOf('correcthorsebatterystaple')).toBe('common');
    expect(reasonOf('correct-horse-battery-staple')).toBe('common');
  });

  it('has at least 3,000 passwords that meet each of the two lengths (ASVS 6.2.4)', async () => {
    const { COMMON_LONG_PASSWORDS, COMMON_SHORT_PASSWORDS } =
      await import('../../src/accounts/common-passwords.js');
    const words = `${COMMON_LONG_PASSWORDS} ${COMMON_SHORT_PASSWORDS}`.trim().split(/\s+/);
    expect(words.filter((word) => word.length >= 15).length).toBeGreaterThanOrEqual(3000);
    expect(words.filter((word) => word.length >= 8).length).toBeGreaterThanOrEqual(6000);
    expect(words.filter((word) => word.length < 8 || word !== word.toLowerCase())).toEqual([]);
    expect(new Set(words).size).toBe(words.length);
    expect(words.every((word) => commonPasswords.has(word))).toBe(true);
  });

  it('takes the list of the application, alone or joined to the shipped one', () => {
    const own = createBlocklist(['Unter den Linden 1']);
    const alone = createPasswordPolicy({ blocklist: own });
    expect(alone.check('unter den linden 1')).toMatchObject({ reason: 'common' });
    expect(alone.check('thisismypassword')).toMatchObject({ ok: true });
    const joined = createPasswordPolicy({ blocklist: joinBlocklists([commonPasswords, own]) });
    expect(joined.check('UNTER DEN LINDEN 1')).toMatchObject({ reason: 'common' });
    expect(joined.check('thisismypassword')).toMatchObject({ reason: 'common' });
  });

  it.each([
    ['one character', 'aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['a short piece', 'kj7kj7kj7kj7kj7kj7'],
    ['a common word', 'footballfootballfootball'],
    ['a piece cut off at the end', 'hunter2hunter2hun'],
    ['counting', '0123456789012345678'],
    ['counting back', '98765432109876543210'],
    ['the alphabet', 'hijklmnopqrstuvw'],
    ['rows of keys', 'asdfghjkl;qwertyuiop'],
    ['columns of keys', '3edc2wsx1qaz4rfv5tgb'],
    ['a zigzag over two rows', '1q2w3e4r5t6y7u8i9o0pq'],
    ['rows with shift', '!@#$%^&*()qwertyuiop'],
    ['a German keyboard', 'qwertzuiopasdfghjklö'],
    ['a French keyboard', 'azertyuiopqsdfghjklm'],
    ['a Russian keyboard', 'йцукенгшщзфывапролд'],
  ])('refuses %s as predictable', (_, typed) => {
    expect(['predictable', 'common']).toContain(reasonOf(typed));
    expect(reasonOf(`${typed} + sqm7 vd`)).toBe('ok');
  });

  it('accepts a long random piece twice, and long pass phrases with ordinary runs in them', () => {
    expect(reasonOf('w7vq-2npx-kd0mw7vq-2npx-kd0m')).toBe('ok');
    expect(reasonOf('we were poor as red deer')).toBe('ok');
    expect(reasonOf('steady operator pounds trees')).toBe('ok');
  });

  it('gives the reason and a sentence, and guidance before anything is typed (G29)', () => {
    expect(policy.check('short')).toEqual({
      ok: false,
      reason: 'too-short',
      message: 'This password is too short: use at least 15 characters.',
    });
    expect(policy.guidance).toContain('at least 15 characters');
    expect(policy.guidanceWithSecondFactor).toContain('at least 8 characters');
  });
});

describe('context words (G28, ASVS 6.2.11)', () => {
  const context = ['ada.king', 'Ada.King@lovelace.example'];

  it.each([
    ['the e-mail address', 'ada.king@lovelace.example'],
    ['names run together with a date', 'AdaKing31/12/1815'],
    ['the name of the service with digits', 'countersign-2026!'],
    ['names and service', 'king-ada-countersign'],
    ['a name backwards', 'ecalevol.gnik.ada'],
  ])('refuses %s', (_, typed) => {
    expect(reasonOf(typed, context)).toBe('context-word');
  });

  it('accepts what only contains one, or has enough else (G28)', () => {
    expect(reasonOf('ada king drinks tea', context)).toBe('ok');
    expect(reasonOf('countersign 2026 otter', context)).toBe('ok');
    expect(reasonOf('ada-7391-5530-2846-1', context)).toBe('ok');
  });

  it('does not care for words of other accounts, nor for pieces of one or two letters', () => {
    expect(reasonOf('ada.king@lovelace.example', ['grace'])).toBe('ok');
    expect(reasonOf('co uk co me ed it', ['ed@it.co.uk', 'me'])).toBe('ok');
  });

  it('stays quick on a name made to be slow', () => {
    const names = Array.from({ length: 500 }, (_, i) => 'a'.repeat(3 + (i % 40)));
    expect(reasonOf(`${'a'.repeat(254)}b!`, names)).not.toBe('context-word');
  });
});

describe('construction', () => {
  it('refuses lengths that the standards do not allow, naming option and remedy', () => {
    expect(() => createPasswordPolicy({ minLength: 14 })).toThrow(/minLength: is 14.*Leave it at/);
    expect(() => createPasswordPolicy({ minLength: 15.5 })).toThrow(/minLength/);
    for (const minLengthWithSecondFactor of [7, 8.5, 16])
      expect(() => createPasswordPolicy({ minLengthWithSecondFactor })).toThrow(
        /minLengthWithSecondFactor: is .*Use 8 \(ASVS 6.2.1\) to minLength/,
      );
    const misspelt = { minLength: 20, min: 20 };
    expect(() => createPasswordPolicy(misspelt)).toThrow(/min: is not an option here/);
    const lone = { contextWords: JSON.parse('"acme"') as string[] };
    expect(() => createPasswordPolicy(lone)).toThrow(/contextWords: is not a list of words/);
    expect(() => createPasswordPolicy({ maxLength: 63 })).toThrow(/maxLength: is 63/);
    expect(() => createPasswordPolicy({ maxLength: 257 })).toThrow(/maxLength/);
    expect(() => createPasswordPolicy({ minLength: 100, maxLength: 64 })).toThrow(/maxLength/);
    expect(createPasswordPolicy()).toMatchObject({
      minLength: 15,
      minLengthWithSecondFactor: 8,
      maxLength: 256,
    });
  });
});
