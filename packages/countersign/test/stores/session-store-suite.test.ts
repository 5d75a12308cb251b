// The suite has to notice a broken store: for each planted fault the group named beside it fails.

import { describe, expect, it } from 'vitest';

import type { SessionStore } from '../../src/session/store.js';
import { memoryStore } from '../../src/stores/memory/session-store.js';
import type { FakeClock } from '../../src/testing/fake-clock.js';
import { describeSessionStore } from '../../src/testing/session-store-suite.js';
import type { SessionStoreSubject } from '../../src/testing/session-store/store-case.js';
import { faulty } from './planted-faults/fault.js';
import { INDEX_FAULTS } from './planted-faults/index-faults.js';
import { RECORD_FAULTS } from './planted-faults/record-faults.js';

const FAULTS = [...RECORD_FAULTS, ...INDEX_FAULTS];

/** Runs one group of the suite; the names of the cases that failed and of all there were. */
async function runGroup(
  wanted: string,
  subject: SessionStoreSubject,
): Promise<{ readonly all: string[]; readonly failed: string[] }> {
  const cases: { readonly name: string; readonly body: () => Promise<void> }[] = [];
  const path: string[] = [];
  describeSessionStore('subject', subject, {
    describe: (name, body) => {
      path.push(name);
      body();
      path.pop();
    },
    test: (name, body) => {
      if (path.at(-1) === wanted && !name.includes('is heard')) cases.push({ name, body });
    },
  });
  const failed: string[] = [];
  for (const { name, body } of cases) await body().catch(() => failed.push(name));
  return { all: cases.map(({ name }) => name), failed };
}

describe('the conformance suite', () => {
  it.each(FAULTS)('notices $fault', async ({ group, plant }) => {
    const create = (clock: FakeClock): SessionStore => {
      const store = memoryStore({ clock });
      return faulty(store, plant(store, clock));
    };
    const { all, failed } = await runGroup(group, { create });
    expect(all).not.toHaveLength(0);
    expect(failed).not.toHaveLength(0);
  });

  it('passes the same wrapper without a fault', async () => {
    const create = (clock: FakeClock): SessionStore => faulty(memoryStore({ clock }), {});
    for (const group of new Set(FAULTS.map((fault) => fault.group))) {
      expect((await runGroup(group, { create })).failed).toEqual([]);
    }
  });

  it('registers cases about two connections only for a store that can have them', async () => {
    const create = (clock: FakeClock): SessionStore => memoryStore({ clock });
    expect((await runGroup('two connections', { create })).all).toEqual([]);
    // Two stores that share nothing are not two connections, and the suite says so.
    const { all, failed } = await runGroup('two connections', {
      create,
      createPeer: (_, clock) => memoryStore({ clock }),
    });
    // (The case that waits to hear of an ending is left out, as it would wait for two seconds.)
    expect(failed.toSorted()).toEqual(all.toSorted());
  });

  it('disposes of every store, after closing it, when a case fails too', async () => {
    const log: string[] = [];
    const { all } = await runGroup('patch', {
      create: (clock) => {
        const store = memoryStore({ clock });
        return faulty(store, {
          patch: () => 'missing',
          close: () => {
            log.push('close');
            store.close();
          },
        });
      },
      dispose: () => void log.push('dispose'),
    });
    expect(log).toEqual(all.flatMap(() => ['close', 'dispose']));
  });
});
