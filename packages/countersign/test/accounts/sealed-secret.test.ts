import { describe, expect, it } from 'vitest';

import { openTotpSecret, sealTotpSecret } from '../../src/accounts/sealed-secret.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';

const OLD = 'an old key of at least 32 bytes, 0123456789';
const NEW = 'the new key of at least 32 bytes, 0123456789';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const keys = createKeyRing([NEW]);

describe('a sealed secret', () => {
  it('opens for its user and shows nothing to a reader', () => {
    const sealed = sealTotpSecret(keys, 'ada', SECRET);
    expect(sealed).toMatch(new RegExp(`^${keys.newest.id}\\.[\\w-]+$`));
    expect(Buffer.from(sealed.split('.')[1] ?? '', 'base64url').toString()).not.toContain(SECRET);
    expect(openTotpSecret(keys, 'ada', sealed)).toEqual({ secret: SECRET, olderKey: false });
  });

  it('is another text each time', () => {
    expect(sealTotpSecret(keys, 'ada', SECRET)).not.toBe(sealTotpSecret(keys, 'ada', SECRET));
  });

  it('is worthless in another account', () => {
    const sealed = sealTotpSecret(keys, 'ada', SECRET);
    for (const userId of ['bob', 'ad', 'adaG', '']) {
      expect(openTotpSecret(keys, userId, sealed)).toBeUndefined();
    }
  });

  it('says when a newer key should seal it again', () => {
    const sealed = sealTotpSecret(createKeyRing([OLD]), 'ada', SECRET);
    const rotated = createKeyRing([NEW, OLD]);
    expect(openTotpSecret(rotated, 'ada', sealed)).toEqual({ secret: SECRET, olderKey: true });
    const again = sealTotpSecret(rotated, 'ada', SECRET);
    expect(openTotpSecret(keys, 'ada', again)).toEqual({ secret: SECRET, olderKey: false });
  });

  it('does not open without its key', () => {
    const sealed = sealTotpSecret(createKeyRing([OLD]), 'ada', SECRET);
    expect(openTotpSecret(keys, 'ada', sealed)).toBeUndefined();
    const renamed = `${keys.newest.id}${sealed.slice(sealed.indexOf('.'))}`;
    expect(openTotpSecret(keys, 'ada', renamed)).toBeUndefined();
  });

  it('does not open once a single character is different', () => {
    const sealed = sealTotpSecret(keys, 'ada', SECRET);
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const altered = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
      expect(openTotpSecret(keys, 'ada', altered)).toBeUndefined();
    }
  });

  it.each(['', '.', 'x', `${keys.newest.id}.`, `${keys.newest.id}.AAAA`, SECRET])(
    'is not %j',
    (text) => {
      expect(openTotpSecret(keys, 'ada', text)).toBeUndefined();
    },
  );
});
