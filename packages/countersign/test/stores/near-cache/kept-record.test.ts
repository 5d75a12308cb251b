// The copy that a near-cache keeps of a record: the same values, shared safely, and not more memory than
// they need.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RecordCopier } from '../../../src/stores/near-cache/kept-record.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { createStage } from './staged-store.js';

const text = fc.string({ unit: 'binary' });

describe('what is kept of a record', () => {
  it('is equal to it, whatever its texts are', () => {
    const copier = new RecordCopier();
    fc.assert(
      fc.property(text, text, text, fc.option(text), text, (id, userId, kind, userAgent, data) => {
        const record = makeRecord({
          id,
          userId,
          factors: [{ kind, at: 1 }],
          client: { userAgent, address: null },
          data,
        });
        expect(copier.copy(record)).toEqual(record);
        expect(copier.copy({ ...record, lineage: 'other' }).lineage).toBe('other');
      }),
    );
  });

  it('is frozen through and through, though the record was not', () => {
    const { renewal } = makeRecord();
    const copy = new RecordCopier().copy(
      makeRecord({
        renewal: {
          ...renewal,
          pending: { hash: 'p', keyId: 'k' },
          previous: { hash: 'q', until: 1 },
        },
      }),
    );
    const parts = [copy, copy.renewal, copy.renewal.pending, copy.renewal.previous, copy.factors];
    for (const part of [...parts, copy.factors[0], copy.client]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('does not change when the record that was read is changed', () => {
    const { cache, store } = createStage();
    store.isSynchronous = true;
    const record = makeRecord({ id: 'a', expiresAt: Number.MAX_SAFE_INTEGER });
    store.records.set('a', record);
    void cache.read('a');
    Object.assign(record, { userId: 'admin' });
    expect(cache.peek('a')?.userId).toBe('user');
  });

  it('does not hold on to the Cookie header that the id was cut out of', () => {
    const { cache, store } = createStage({ maxEntries: 10_000 });
    store.isSynchronous = true;
    store.read = (id) => makeRecord({ id, expiresAt: Number.MAX_SAFE_INTEGER });
    const before = bytesInUse();
    const [sessions, length] = [2_000, 16_384];
    for (let i = 0; i < sessions; i += 1) {
      const header = Buffer.alloc(length, `id-${i}-of-a-session-in-a-header `).toString('latin1');
      const id = header.slice(0, 24);
      void cache.read(id);
      expect(cache.peek(id)?.id).toBe(id);
    }
    expect(cache.stats().entries).toBe(sessions);
    expect(bytesInUse() - before).toBeLessThan((sessions * length) / 4);
  });
});

/** Bytes in use once everything that can be collected is. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
