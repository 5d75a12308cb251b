// Session-bound CSRF tokens (csrf.md F5; SP 800-63B-4 §5.1): bound to session and key, bounded, and
// a failure is a value.

import * as fc from 'fast-check';
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';

import { encodeBase64url } from '../../src/crypto/base64url.js';
import { hmacSha256 } from '../../src/crypto/digest.js';
import { createKeyRing } from '../../src/crypto/key-ring.js';
import { createCsrfTokens } from '../../src/csrf/tokens.js';

const older = 'older-key-0123456789-abcdefghijklmnop';
const newer = 'newer-key-9876543210-ponmlkjihgfedcba';
const session = 'AbCdEfGhIjKlMnOpQrStUvWx';

describe('a CSRF token', () => {
  const tokens = createCsrfTokens({ keys: [older] });

  test('verifies for its session, as often as it is sent', () => {
    const token = tokens.issue(session);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{22}$/);
    expect(tokens.verify(session, token)).toBe(true);
    expect(tokens.verify(session, token)).toBe(true);
  });

  test('is worthless for another session, so it changes at sign-in', () => {
    expect(tokens.verify('BbCdEfGhIjKlMnOpQrStUvWx', tokens.issue(session))).toBe(false);
    expect(tokens.verify(session.slice(1), tokens.issue(session))).toBe(false);
  });

  test('is a new one at each issue, so that compressed pages do not leak it (BREACH)', () => {
    const issued = new Set(Array.from({ length: 200 }, () => tokens.issue(session)));
    expect(issued.size).toBe(200);
  });

  test('is HMAC-SHA-256 over length-prefixed session id and random, with a key of its own', () => {
    const ring = createKeyRing([older]);
    const [mac, random = ''] = tokens.issue(session).split('.');
    const key = ring.newest.derive('csrf token');
    expect(mac).toBe(encodeBase64url(hmacSha256(key, [session, random])));
    const other = ring.newest.derive('session tag');
    expect(mac).not.toBe(encodeBase64url(hmacSha256(other, [session, random])));
  });

  test('does not verify with one bit changed, anywhere', () => {
    const token = tokens.issue(session);
    for (let at = 0; at < token.length; at += 1) {
      const bytes = Buffer.from(token, 'latin1');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(tokens.verify(session, bytes.toString('latin1'))).toBe(false);
    }
  });

  test('that is anything else is false and no error', () => {
    const long = `${tokens.issue(session)}x`.repeat(100_000);
    for (const value of [
      '',
      '.',
      long,
      ` ${tokens.issue(session)}`,
      undefined,
      null,
      7,
      {},
      [],
      ['x'],
    ])
      expect(tokens.verify(session, value)).toBe(false);
    fc.assert(
      fc.property(fc.string(), fc.anything(), (id, value) => {
        expect(tokens.verify(id, value)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['', 'x'.repeat(1025)])('is neither issued nor verified for a bad session id', (id) => {
    expect(() => tokens.issue(id)).toThrow(expect.objectContaining({ code: 'configuration' }));
    expect(tokens.verify(id, tokens.issue(session))).toBe(false);
  });
});

describe('key rotation', () => {
  test('the newest key issues, every key in the ring verifies, a removed one does not', () => {
    const before = createCsrfTokens({ keys: [older] });
    const during = createCsrfTokens({ keys: createKeyRing([newer, older]) });
    const after = createCsrfTokens({ keys: [newer] });
    const old = before.issue(session);
    expect(during.verify(session, old)).toBe(true);
    expect(after.verify(session, old)).toBe(false);
    expect(after.verify(session, during.issue(session))).toBe(true);
    expect(before.verify(session, during.issue(session))).toBe(false);
  });

  test('weak or missing keys are refused at construction', () => {
    for (const keys of [[], ['short'], [undefined]])
      expect(() => createCsrfTokens({ keys })).toThrow(
        expect.objectContaining({ code: 'configuration' }),
      );
  });
});
