// One file, many processes.

import { describe, expect, it } from 'vitest';

import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';
import { startChild } from './child.js';
import { newPath } from './folder.js';

interface Report {
  readonly errors: readonly string[];
  readonly done: Readonly<Record<'patches' | 'updates' | 'conflicts' | 'inserts', number>>;
}

describe('several processes on one file', () => {
  it('lose no write, see no lock, and leave the file intact', async () => {
    const path = newPath();
    const store = sqliteStore({ path });
    await store.insert(makeRecord({ id: 'shared', expiresAt: Date.now() + 3_600_000 }), {});
    const heard = new Set<string>();
    const note = (ids: readonly string[]): void => ids.forEach((id) => heard.add(id));
    store.subscribe({ ended: note, changed: note, everything: () => heard.add('everything') });

    const [processes, rounds] = [4, 25];
    const children = Array.from({ length: processes }, (_, i) =>
      startChild('hammer.mjs', [path, String(i), String(rounds)]),
    );
    const outputs = await Promise.all(children.map(({ ended }) => ended));
    expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ''));
    const reports = outputs.map(({ stdout }) => JSON.parse(stdout) as Report);
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);

    const each = rounds * 4;
    const shared = await store.read('shared');
    const data = JSON.parse(shared?.data ?? '{}') as Record<string, number>;
    expect(data['total']).toBe(processes * each);
    expect(Object.keys(data)).toHaveLength(processes * each + 1);
    expect(shared?.revision).toBe(2 * processes * each);
    for (const { done } of reports) expect(done).toMatchObject({ patches: each, updates: each });
    expect(heard).toContain('shared');
    expect(heard).not.toContain('everything');
    store.close();

    const database = openDatabase(path);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });

  it('make a new file together', async () => {
    for (let round = 0; round < 3; round += 1) {
      const path = newPath();
      const children = Array.from({ length: 5 }, () => startChild('opener.mjs', [path]));
      await Promise.all(children.map(({ started }) => started));
      for (const { process } of children) process.stdin.write('go\n');
      const outputs = await Promise.all(children.map(({ ended }) => ended));
      const answers = outputs.map(({ stdout }) => stdout.replace('ready\n', '').trim());
      expect(answers[0]).toMatch(/^epoch [0-9a-f]{24}$/);
      expect(new Set(answers).size).toBe(1);
    }
  });
});
