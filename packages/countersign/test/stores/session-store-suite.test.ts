// The suite has to notice a broken store: for each planted fault the group named beside it fails.

import { describe, expect, it } from 'vitest';

import type { SessionStore } from '../../src/session/store.js';
import { memoryStore, type MemoryStore } from '../../src/stores/memory/session-store.js';
import type { FakeClock } from '../../src/testing/fake-clock.js';
import { describeSessionStore } from '../../src/testing/session-store-suite.js';
import type { SessionStoreSubject } from '../../src/testing/session-store/store-case.js';
import { ANNOUNCEMENT_FAULTS } from './planted-faults/announcement-faults.js';
import { faulty, type Fault } from './planted-faults/fault.js';
import { INDEX_FAULTS } from './planted-faults/index-faults.js';
import { RECORD_FAULTS } from './planted-faults/record-faults.js';

const FAULTS = [...RECORD_FAULTS, ...INDEX_FAULTS, ...ANNOUNCEMENT_FAULTS];

interface Case {
  readonly name: string;
  readonly body: () => Promise<void>;
}

/** The cases of one group of the suite. */
function casesOf(wanted: string, subject: SessionStoreSubject): readonly Case[] {
  const cases: Case[] = [];
  const path: string[] = [];
  describeSessionStore('subject', subject, {
    describe: (name, body) => {
      path.push(name);
      body();
      path.pop();
    },
    test: (name, body) => {
      if (path.at(-1) === wanted) cases.push({ name, body });
    },
  });
  return cases;
}

/** The names of those that fail. */
async function failuresOf(cases: readonly Case[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, body } of cases) await body().catch(() => failed.push(name));
  return failed;
}

/** The memory store with a fault, and where that needs one, a connection to the same records without it. */
function subjectWith({
  plant,
  needsPeer,
}: Pick<Fault, 'plant' | 'needsPeer'>): SessionStoreSubject {
  let memory: MemoryStore | undefined;
  return {
    create: (clock) => {
      memory = memoryStore({ clock });
      return faulty(memory, plant(memory, clock));
    },
    ...(needsPeer === true && {
      createPeer: (_, clock) =>
        faulty(memory ?? memoryStore({ clock }), { close: () => undefined }),
    }),
  };
}

describe('the conformance suite', () => {
  // At the same time, since some of them are waited for in vain.
  it.concurrent.each(FAULTS)('notices $fault', async (fault) => {
    const cases = casesOf(fault.group, subjectWith(fault));
    expect(cases).not.toHaveLength(0);
    const runAll = async (): Promise<void> => {
      for (const { body } of cases) await body();
    };
    await expect(runAll()).rejects.toThrow();
  });

  it('passes the same wrapper without a fault', async () => {
    const subject = subjectWith({ plant: () => ({}), needsPeer: true });
    for (const group of new Set(FAULTS.map((fault) => fault.group))) {
      expect(await failuresOf(casesOf(group, subject))).toEqual([]);
    }
  });

  it('registers cases about two connections only for a store that can have them', async () => {
    const create = (clock: FakeClock): SessionStore => memoryStore({ clock });
    expect(casesOf('two connections', { create })).toEqual([]);
    // Two stores that share nothing are not two connections, and the suite says so.
    const cases = casesOf('two connections', {
      create,
      createPeer: (_, clock) => memoryStore({ clock }),
    });
    expect(await failuresOf(cases)).toEqual(cases.map(({ name }) => name));
  });

  it('disposes of every store, after closing it, when a case fails too', async () => {
    const log: string[] = [];
    const cases = casesOf('patch', {
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
    await failuresOf(cases);
    expect(log).toEqual(cases.flatMap(() => ['close', 'dispose']));
  });
});
