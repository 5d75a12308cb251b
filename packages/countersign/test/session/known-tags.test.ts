import { expect, test } from 'vitest';

import { createKeyRing } from '../../src/crypto/key-ring.js';
import { KnownTags } from '../../src/session/known-tags.js';
import { hashToken, mintToken } from '../../src/session/token.js';
import { createFixture, KEY } from './fixture.js';

const mint = { ring: createKeyRing([KEY]), namespace: 'tests' };

/** Another last character of the tag, as text that is still base64url. */
function withOtherTag(token: string): string {
  return token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
}

test('a tag that was found valid stays valid for that very token, and for no other (A36)', () => {
  const tags = new KnownTags(mint);
  const { token } = mintToken(mint, 7);
  const forged = withOtherTag(token);
  for (let times = 0; times < 3; times += 1) {
    expect(tags.isValid(token, hashToken(token))).toBe(true);
    expect(tags.isValid(forged, hashToken(forged))).toBe(false);
  }
  expect(tags.size).toBe(1);
});

test('what is remembered is bounded, and what is forgotten is checked again', () => {
  const tags = new KnownTags(mint);
  const { token } = mintToken(mint, 7);
  expect(tags.isValid(token, hashToken(token))).toBe(true);
  for (let i = 0; i < 25_000; i += 1) {
    // Names of tokens that do not exist: a tag is remembered by its token's hash alone.
    tags.isValid(token, `hash ${i}`);
    expect(tags.size).toBeLessThanOrEqual(20_000);
  }
  const forged = withOtherTag(token);
  expect(tags.isValid(forged, hashToken(token))).toBe(false);
  expect(tags.isValid(token, hashToken(token))).toBe(true);
});

test('a forged token reaches no remote store, after the genuine one was accepted neither', async () => {
  const asked: string[] = [];
  const { browser, events } = createFixture({
    override: (inner) => ({
      remote: true,
      read(id, options) {
        asked.push(id);
        return inner.read(id, options);
      },
    }),
  });
  const visitor = browser();
  await visitor.signIn();
  for (let times = 0; times < 2; times += 1) {
    expect((await visitor.visit()).userId).toBe('user-1');
  }
  asked.length = 0;
  const thief = browser();
  thief.token = withOtherTag(visitor.token);
  expect((await thief.visit()).userId).toBeNull();
  expect(asked).toEqual([]);
  expect(events).toContain('unknown forged');
  expect((await visitor.visit()).userId).toBe('user-1');
});
