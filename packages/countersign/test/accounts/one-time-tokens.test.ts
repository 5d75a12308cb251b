import { describe, expect, it } from 'vitest';

import { memoryOneTimeStore, type MemoryOneTimeStore } from '../../src/accounts/one-time-memory.js';
import {
  ONE_TIME_KINDS,
  type OneTimeKind,
  type OneTimeKindRule,
} from '../../src/accounts/one-time-kinds.js';
import type { OneTimeRecord, OneTimeStore } from '../../src/accounts/one-time-store.js';
import { OneTimeTokens } from '../../src/accounts/one-time-tokens.js';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.js';

const MINUTE = 60_000;

interface Reset {
  readonly version: number;
}

function isReset(content: unknown): content is Reset {
  return typeof content === 'object' && content !== null && 'version' in content;
}

const isText = (content: unknown): content is string => typeof content === 'string';
const isNull = (content: unknown): content is null => content === null;

interface Setting {
  readonly clock: FakeClock;
  readonly store: MemoryOneTimeStore;
  readonly tokens: OneTimeTokens;
  /** Every record that was put, as the store was given it. */
  readonly stored: readonly OneTimeRecord[];
  /** The hashes that the store was asked for. */
  readonly asked: readonly string[];
}

function setUp(): Setting {
  const clock = createFakeClock();
  const store = memoryOneTimeStore({ clock });
  const stored: OneTimeRecord[] = [];
  const asked: string[] = [];
  const watched: OneTimeStore = {
    put(record, options) {
      stored.push(record);
      store.put(record, options);
    },
    read(kind, hash, now) {
      asked.push(hash);
      return store.read(kind, hash, now);
    },
    take(kind, hash, now) {
      asked.push(hash);
      return store.take(kind, hash, now);
    },
    removeAbout: (subject, options) => store.removeAbout(subject, options),
    sweep: (now, limit) => store.sweep(now, limit),
    close: () => store.close(),
  };
  return { clock, store, tokens: new OneTimeTokens(watched, clock), stored, asked };
}

describe('a one-time token', () => {
  it('is 256 random bits as 43 characters of base64url, never the same twice (G63, ASVS 6.5.3, 6.5.4, 11.5.1)', async () => {
    const { tokens } = setUp();
    const seen = new Set<string>();
    const bytes = new Map<number, number>();
    for (let i = 0; i < 2_000; i += 1) {
      const { token } = await tokens.issue('reset', { subject: null, content: null });
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      seen.add(token);
      const decoded = Buffer.from(token, 'base64url');
      expect(decoded).toHaveLength(32);
      for (const byte of decoded) bytes.set(byte, (bytes.get(byte) ?? 0) + 1);
    }
    expect(seen.size).toBe(2_000);
    // 64,000 bytes: 250 of each value, with a deviation of 16. Ten times that has a chance of 10^-23.
    expect(bytes.size).toBe(256);
    for (const count of bytes.values()) expect(Math.abs(count - 250)).toBeLessThan(160);
  });

  it('is stored as its SHA-256 alone (G64, ASVS 6.5.2)', async () => {
    const { tokens, stored } = setUp();
    const { token, expiresAt } = await tokens.issue('reset', {
      subject: 'u1',
      content: { version: 3 },
    });
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
    expect(stored).toEqual([
      {
        hash: Buffer.from(digest).toString('base64url'),
        kind: 'reset',
        subject: 'u1',
        expiresAt,
        content: '{"version":3}',
      },
    ]);
    expect(JSON.stringify(stored)).not.toContain(token);
  });

  it('gives back what it was issued with, with its type', async () => {
    const { tokens } = setUp();
    const { token, expiresAt } = await tokens.issue<Reset>('reset', {
      subject: 'u1',
      content: { version: 3 },
    });
    const expected = { subject: 'u1', content: { version: 3 }, expiresAt };
    expect(await tokens.read('reset', token, isReset)).toEqual(expected);
    const taken = await tokens.take('reset', token, isReset);
    expect(taken).toEqual(expected);
    const version: number | undefined = taken?.content.version;
    expect(version).toBe(3);
  });

  it('can be read again and again, and taken once (G66, ASVS 6.5.1)', async () => {
    const { tokens } = setUp();
    const { token } = await tokens.issue('reset', { subject: 'u1', content: null });
    for (let i = 0; i < 3; i += 1) expect(await tokens.read('reset', token, isNull)).toBeDefined();
    expect(await tokens.take('reset', token, isNull)).toBeDefined();
    expect(await tokens.take('reset', token, isNull)).toBeUndefined();
    expect(await tokens.read('reset', token, isNull)).toBeUndefined();
  });

  it('goes to one of 50 who take it at once (G66)', async () => {
    const { tokens } = setUp();
    const { token } = await tokens.issue('reset', { subject: 'u1', content: null });
    const taken = await Promise.all(
      Array.from({ length: 50 }, () => tokens.take('reset', token, isNull)),
    );
    expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
  });

  it('is worthless as another kind, and stays what it is', async () => {
    const { tokens } = setUp();
    const { token } = await tokens.issue('verify-address', { subject: 'u1', content: null });
    expect(await tokens.read('reset', token, isNull)).toBeUndefined();
    expect(await tokens.take('reset', token, isNull)).toBeUndefined();
    expect(await tokens.take('verify-address', token, isNull)).toBeDefined();
  });
});

/** What the brief of each kind allows, written down once more. */
const LIFETIMES: Readonly<Record<OneTimeKind, number>> = {
  'sign-up': 60,
  'verify-address': 60,
  reset: 30,
  'sign-in-link': 10,
  'second-factor': 10,
  'totp-setup': 15,
  passkey: 5,
  provider: 10,
};
const KINDS = Object.entries(LIFETIMES).filter((entry): entry is [OneTimeKind, number] =>
  Object.hasOwn(ONE_TIME_KINDS, entry[0]),
);

describe('its lifetime (G67, ASVS 6.5.5)', () => {
  it.each(KINDS)('as %s ends after exactly %i minutes', async (kind, minutes) => {
    const { tokens, clock } = setUp();
    const { token, expiresAt } = await tokens.issue(kind, { subject: null, content: null });
    expect(expiresAt).toBe(clock.now() + minutes * MINUTE);
    clock.advance(minutes * MINUTE - 1);
    expect(await tokens.read(kind, token, isNull)).toBeDefined();
    clock.advance(1);
    expect(await tokens.read(kind, token, isNull)).toBeUndefined();
    expect(await tokens.take(kind, token, isNull)).toBeUndefined();
  });

  it('is in the table for every kind, with its reason, and below a day', () => {
    const rules: Readonly<Record<string, OneTimeKindRule>> = ONE_TIME_KINDS;
    expect(Object.keys(rules).toSorted()).toEqual(Object.keys(LIFETIMES).toSorted());
    for (const [kind, { lifetimeMs, reason }] of Object.entries(rules)) {
      expect(kind.length).toBeLessThanOrEqual(40);
      expect(lifetimeMs).toBeLessThanOrEqual(24 * 60 * MINUTE);
      expect(reason).toMatch(/\.$/);
    }
  });
});

describe('a token that was never issued', () => {
  const impostors: readonly (readonly [string, unknown])[] = [
    ['empty', ''],
    ['too short', 'A'.repeat(42)],
    ['too long', 'A'.repeat(44)],
    ['padded', `${'A'.repeat(43)}=`],
    ['of another alphabet', `${'A'.repeat(42)}+`],
    ['not canonical', `${'A'.repeat(42)}B`],
    ['with a line feed', `${'A'.repeat(43)}\n`],
    ['no text', 43],
    ['a list', ['A'.repeat(43)]],
    ['missing', undefined],
  ];

  it.each(impostors)('and is %s is refused without asking the store', async (_, token) => {
    const { tokens, asked } = setUp();
    // As a request has it, where types are not checked.
    expect(await Reflect.apply(tokens.read, tokens, ['reset', token, isNull])).toBeUndefined();
    expect(await Reflect.apply(tokens.take, tokens, ['reset', token, isNull])).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('and has the right shape is a miss', async () => {
    const { tokens, asked } = setUp();
    expect(await tokens.read('reset', 'A'.repeat(43), isNull)).toBeUndefined();
    expect(asked).toHaveLength(1);
  });
});

describe('a new token', () => {
  it('replaces earlier ones of its kind and subject where it is told to (G68)', async () => {
    const { tokens } = setUp();
    const issue = (kind: OneTimeKind, subject: string) =>
      tokens.issue(kind, { subject, content: null, replaces: true });
    const old = await issue('reset', 'u1');
    const other = await issue('reset', 'u2');
    const link = await issue('sign-in-link', 'u1');
    const fresh = await issue('reset', 'u1');
    expect(await tokens.read('reset', old.token, isNull)).toBeUndefined();
    expect(await tokens.read('reset', fresh.token, isNull)).toBeDefined();
    expect(await tokens.read('reset', other.token, isNull)).toBeDefined();
    expect(await tokens.read('sign-in-link', link.token, isNull)).toBeDefined();
  });

  it('leaves earlier ones alone where it is not', async () => {
    const { tokens } = setUp();
    const first = await tokens.issue('second-factor', { subject: 'u1', content: null });
    const second = await tokens.issue('second-factor', { subject: 'u1', content: null });
    expect(await tokens.take('second-factor', first.token, isNull)).toBeDefined();
    expect(await tokens.take('second-factor', second.token, isNull)).toBeDefined();
  });
});

describe('removing tokens about a subject (G68)', () => {
  it('takes all kinds, or one', async () => {
    const { tokens } = setUp();
    const issue = (kind: OneTimeKind, subject: string) =>
      tokens.issue(kind, { subject, content: null });
    const reset = await issue('reset', 'u1');
    const link = await issue('sign-in-link', 'u1');
    const other = await issue('reset', 'u2');
    await tokens.removeAbout('u1', 'reset');
    expect(await tokens.read('reset', reset.token, isNull)).toBeUndefined();
    expect(await tokens.read('sign-in-link', link.token, isNull)).toBeDefined();
    await tokens.removeAbout('u1');
    expect(await tokens.read('sign-in-link', link.token, isNull)).toBeUndefined();
    expect(await tokens.read('reset', other.token, isNull)).toBeDefined();
  });
});

describe('the content', () => {
  it('that its reader does not know is as if absent', async () => {
    const { tokens } = setUp();
    const { token } = await tokens.issue('reset', { subject: 'u1', content: { version: 1 } });
    expect(await tokens.read('reset', token, isText)).toBeUndefined();
    expect(await tokens.take('reset', token, isText)).toBeUndefined();
  });

  it('that a store has spoilt is as if absent', async () => {
    const { tokens, store, stored } = setUp();
    const { token } = await tokens.issue('reset', { subject: 'u1', content: 'text' });
    const [record] = stored;
    if (record === undefined) throw new Error('nothing was stored');
    store.put({ ...record, content: '{' });
    expect(await tokens.read('reset', token, isText)).toBeUndefined();
  });

  it('has to be JSON, of 16 KiB at most', async () => {
    const { tokens, stored } = setUp();
    const issue = (content: unknown) => tokens.issue('reset', { subject: null, content });
    await expect(issue(undefined)).rejects.toThrow(TypeError);
    await expect(issue(() => 1)).rejects.toThrow(TypeError);
    await expect(issue('ä'.repeat(8_192))).rejects.toThrow(RangeError);
    await expect(issue('x'.repeat(16_383))).rejects.toThrow(RangeError);
    expect(stored).toEqual([]);
    const { token } = await issue('x'.repeat(16_382));
    expect(await tokens.read('reset', token, isText)).toBeDefined();
  });

  it('is about a subject of 1,024 characters at most', async () => {
    const { tokens } = setUp();
    const issue = (length: number) =>
      tokens.issue('reset', { subject: 'x'.repeat(length), content: null });
    await expect(issue(1_025)).rejects.toThrow(RangeError);
    await expect(issue(1_024)).resolves.toHaveProperty('token');
  });
});

it('rejects as the store does', async () => {
  const { tokens, store } = setUp();
  const { token } = await tokens.issue('reset', { subject: null, content: null });
  store.close();
  const expected = 'was closed';
  await expect(tokens.issue('reset', { subject: null, content: null })).rejects.toThrow(expected);
  await expect(tokens.read('reset', token, isNull)).rejects.toThrow(expected);
  await expect(tokens.take('reset', token, isNull)).rejects.toThrow(expected);
  await expect(tokens.removeAbout('u1')).rejects.toThrow(expected);
});
