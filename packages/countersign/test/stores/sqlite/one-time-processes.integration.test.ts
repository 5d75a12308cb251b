// One-time records in one file, and several processes that want them.

import { describe, expect, it } from 'vitest';

import { sqliteOneTimeStore } from '../../../src/stores/sqlite/one-time-store.js';
import { startChild } from './child.js';
import { newPath } from './folder.js';

interface Report {
  readonly taken: readonly string[];
  readonly put: readonly string[];
}

const PROCESSES = 4;
const RECORDS = 100;

describe('several processes on one file', () => {
  it('get each record once, and leave one of those that replace each other (G66, G68)', async () => {
    const path = newPath();
    const now = Date.now();
    const store = sqliteOneTimeStore({ path });
    const hashes = Array.from({ length: RECORDS }, (_, i) => `hash-${i}`);
    for (const hash of hashes) {
      await store.put({ hash, kind: 'reset', subject: null, expiresAt: now + 1, content: '{}' });
    }
    const children = Array.from({ length: PROCESSES }, (_, i) =>
      startChild('taker.mjs', [path, ...[i, PROCESSES, RECORDS, now].map(String)]),
    );
    await Promise.all(children.map(({ started }) => started));
    for (const { process } of children) process.stdin.write('go\n');
    const outputs = await Promise.all(children.map(({ ended }) => ended));
    expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ''));
    const reports = outputs.map(
      ({ stdout }) => JSON.parse(stdout.replace('begun\n', '')) as Report,
    );

    const taken = reports.flatMap((report) => report.taken);
    expect(taken.toSorted()).toEqual(hashes.toSorted());
    // All were at work at the same time.
    expect(reports.filter((report) => report.taken.length > 0)).toHaveLength(PROCESSES);
    const put = reports.flatMap((report) => report.put);
    expect(put).toHaveLength(PROCESSES * RECORDS);
    const left = [];
    for (const hash of put) if ((await store.read('reset', hash, now)) !== null) left.push(hash);
    expect(left).toHaveLength(1);
    store.close();
  });
});
