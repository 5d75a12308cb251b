import { describe, expect, it } from 'vitest';

import {
  addPasskey,
  findPasskey,
  MAX_PASSKEYS,
  passkeyKey,
  readPasskeyName,
  removePasskey,
  replacePasskey,
  type PasskeyRecord,
} from '../../src/accounts/passkey-record.js';

function passkey(id: string): PasskeyRecord {
  return {
    id,
    publicKey: 'AAAA',
    counter: 0,
    transports: [],
    name: 'Laptop',
    addedAt: 1,
    lastUsedAt: null,
    backedUp: false,
    counterWentBackAt: null,
  };
}

describe("an account's passkeys", () => {
  it('are at most twenty, each once', () => {
    let passkeys: readonly PasskeyRecord[] = [];
    for (let at = 0; at < MAX_PASSKEYS; at += 1) {
      const added = addPasskey(passkeys, passkey(`id${at}`));
      passkeys = added.ok ? added.passkeys : [];
      expect(passkeys).toHaveLength(at + 1);
    }
    expect(addPasskey(passkeys, passkey('id20'))).toEqual({ ok: false, reason: 'too-many' });
    expect(addPasskey(passkeys, passkey('id3'))).toEqual({ ok: false, reason: 'already-there' });
  });

  it('are found, replaced and removed by their id (ASVS 6.5.6, G87)', () => {
    const passkeys = [passkey('a'), passkey('b')];
    const changed = { ...passkey('b'), counter: 7 };
    expect(findPasskey(passkeys, 'b')).toBe(passkeys[1]);
    expect(findPasskey(passkeys, 'c')).toBeUndefined();
    expect(passkeyKey('b')).toBe('passkey:b');
    expect(replacePasskey(passkeys, changed)).toEqual([passkeys[0], changed]);
    expect(replacePasskey(passkeys, passkey('c'))).toEqual(passkeys);
    expect(removePasskey(passkeys, 'a')).toEqual([passkeys[1]]);
    expect(removePasskey(passkeys, 'c')).toEqual(passkeys);
  });
});

describe("a passkey's name", () => {
  it.each([
    ['Laptop', 'Laptop'],
    ["  Ada's key (blue) ", "Ada's key (blue)"],
    ['Ze\u0301', 'Z\u00e9'],
    ['鍵 🔑', '鍵 🔑'],
    ['x'.repeat(60), 'x'.repeat(60)],
    ['🔑'.repeat(60), '🔑'.repeat(60)],
  ])('%j is %j', (typed, name) => {
    expect(readPasskeyName(typed)).toBe(name);
  });

  it.each([
    '',
    ' ',
    '\u0301a',
    'a\tb',
    'a\u00a0b',
    'a\u200bb',
    'a\ud800',
    'x'.repeat(61),
    '🔑'.repeat(61),
  ])('is not %j', (typed) => {
    expect(readPasskeyName(typed)).toBeUndefined();
  });
});
