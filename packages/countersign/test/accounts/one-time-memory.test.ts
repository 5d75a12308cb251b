import { describe, expect, it } from 'vitest';

import { memoryOneTimeStore } from '../../src/accounts/one-time-memory.js';
import type { OneTimeRecord } from '../../src/accounts/one-time-store.js';
import { CountersignError } from '../../src/errors.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

const START = createFakeClock().now();

function record(hash: string, fields: Partial<OneTimeRecord> = {}): OneTimeRecord {
  const expiresAt = START + 600_000;
  return { hash, kind: 'reset', subject: 'u1', expiresAt, content: '{}', ...fields };
}

describe('memoryOneTimeStore', () => {
  it('clears expired records by itself, and keeps no timer for an empty store', () => {
    const clock = createFakeClock();
    const store = memoryOneTimeStore({ clock });
    store.put(record('a', { expiresAt: START + 1_000 }));
    store.put(record('b', { expiresAt: START + 59_000, subject: null }));
    clock.advance(30_000);
    expect(store.size).toBe(1);
    clock.advance(30_000);
    expect(store.size).toBe(0);
    expect(clock.waiting).toBe(0);
    store.put(record('c', { expiresAt: START + 61_000 }));
    clock.advance(30_000);
    expect(store.size).toBe(0);
  });

  it('makes room by what has expired, then by the oldest record about nobody', () => {
    const clock = createFakeClock();
    const store = memoryOneTimeStore({ clock, maxRecords: 3 });
    store.put(record('mine'));
    store.put(record('brief', { expiresAt: START + 1, subject: null }));
    store.put(record('old', { subject: null }));
    clock.advance(1);
    store.put(record('young', { subject: null }));
    expect(store.read('reset', 'old', clock.now())).not.toBeNull();
    store.put(record('newest', { subject: null }));
    expect(store.size).toBe(3);
    expect(store.read('reset', 'old', clock.now())).toBeNull();
    expect(store.read('reset', 'young', clock.now())).not.toBeNull();
    expect(store.read('reset', 'mine', clock.now())).not.toBeNull();
  });

  it('takes no more, loudly, where all records are about somebody', () => {
    const clock = createFakeClock();
    const store = memoryOneTimeStore({ clock, maxRecords: 2 });
    store.put(record('a', { subject: 'u1' }));
    store.put(record('b', { subject: 'u2' }));
    expect(() => store.put(record('c', { subject: 'u3' }))).toThrow(CountersignError);
    expect(() => store.put(record('c', { subject: 'u3' }))).toThrow(/raise maxRecords/);
    // What it replaces makes room enough.
    store.put(record('d', { subject: 'u2' }), { replaces: true });
    expect(store.read('reset', 'b', clock.now())).toBeNull();
    expect(store.read('reset', 'a', clock.now())).not.toBeNull();
    clock.advance(600_000);
    store.put(record('e', { subject: 'u4', expiresAt: clock.now() + 1 }));
    expect(store.size).toBe(1);
  });

  it('looks through a full store no oftener than once in a second', () => {
    const clock = createFakeClock();
    const store = memoryOneTimeStore({ clock, maxRecords: 1 });
    store.put(record('a', { expiresAt: START + 500 }));
    expect(() => store.put(record('b'))).toThrow(/raise maxRecords/);
    clock.advance(999);
    expect(() => store.put(record('b'))).toThrow(/raise maxRecords/);
    clock.advance(1);
    store.put(record('b'));
    expect(store.read('reset', 'b', clock.now())).not.toBeNull();
  });

  it('keeps of a record what belongs to it, and no more', () => {
    const store = memoryOneTimeStore();
    const given = { ...record('a'), token: 'the secret itself' };
    store.put(given);
    expect(store.read('reset', 'a', START)).toEqual(record('a'));
  });

  it('refuses a bound that is no whole number above 0, and options that it does not have', () => {
    expect(() => memoryOneTimeStore({ maxRecords: 0 })).toThrow(/maxRecords: is 0/);
    expect(() => memoryOneTimeStore({ maxRecords: 1.5 })).toThrow(/maxRecords: is 1.5/);
    expect(() => memoryOneTimeStore({ max: 1 } as never)).toThrow(/max/);
  });
});
