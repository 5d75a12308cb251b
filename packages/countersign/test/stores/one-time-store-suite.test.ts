import { AssertionError } from 'node:assert';

import { describe, expect, it } from 'vitest';

import { memoryOneTimeStore } from '../../src/accounts/one-time-memory.js';
import type { OneTimeRecord, OneTimeStore } from '../../src/accounts/one-time-store.js';
import {
  runOneTimeCase,
  type OneTimeCase,
} from '../../src/testing/one-time-store/one-time-case.js';
import { recordCases } from '../../src/testing/one-time-store/record-cases.js';
import { removalCases } from '../../src/testing/one-time-store/removal-cases.js';
import { replacingCases } from '../../src/testing/one-time-store/replacing-cases.js';
import { sharedCases } from '../../src/testing/one-time-store/shared-cases.js';
import { takingCases } from '../../src/testing/one-time-store/taking-cases.js';
import { ONE_TIME_FAULTS, type OneTimeFault } from './planted-faults/one-time-faults.js';

const GROUPS = {
  records: recordCases,
  taking: takingCases,
  replacing: replacingCases,
  removal: removalCases,
};

function withFault(plant: OneTimeFault['plant']): OneTimeStore {
  const sound = memoryOneTimeStore();
  const verbs: OneTimeStore = {
    put: (record, options) => sound.put(record, options),
    read: (kind, hash, now) => sound.read(kind, hash, now),
    take: (kind, hash, now) => sound.take(kind, hash, now),
    removeAbout: (subject, options) => sound.removeAbout(subject, options),
    sweep: (now, limit) => sound.sweep(now, limit),
    close: () => sound.close(),
  };
  return { ...verbs, ...plant(verbs) };
}

async function failures(
  cases: readonly OneTimeCase[],
  create: () => OneTimeStore,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const each of cases.filter(({ needs }) => needs === null)) {
    await runOneTimeCase(each, { create }).catch(() => failed.push(each.name));
  }
  return failed;
}

describe('the suite for one-time records', () => {
  it.each(Object.entries(GROUPS))('passes a sound store: %s', async (_, cases) => {
    expect(await failures(cases, () => withFault(() => ({})))).toEqual([]);
  });

  it.each(ONE_TIME_FAULTS)('finds $fault by its cases of $group', async ({ group, plant }) => {
    expect(await failures(GROUPS[group], () => withFault(plant))).not.toEqual([]);
  });

  it('says of two stores that share nothing that they are not two connections', async () => {
    const createPeer = () => memoryOneTimeStore();
    for (const each of sharedCases.slice(0, 1)) {
      const run = runOneTimeCase(each, { create: () => memoryOneTimeStore(), createPeer });
      await expect(run).rejects.toThrow(AssertionError);
    }
  });

  it('says of a dump that shows nothing that it proves nothing', async () => {
    const hiding = recordCases.filter(({ needs }) => needs === 'dump');
    expect(hiding).toHaveLength(1);
    for (const each of hiding) {
      const kept: OneTimeRecord[] = [];
      const create = () => withFault(() => ({ put: (record) => void kept.push(record) }));
      await runOneTimeCase(each, { create, dump: () => JSON.stringify(kept) });
      const blind = runOneTimeCase(each, { create, dump: () => '' });
      await expect(blind).rejects.toThrow(AssertionError);
    }
  });
});
