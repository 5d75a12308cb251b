// A process is killed in the middle of its writes, twenty times, always on the same file.

import { describe, expect, it } from 'vitest';

import { openDatabase } from '../../../src/stores/sqlite/open-database.js';
import { sqliteStore, type SqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { startChild } from './child.js';
import { newPath } from './folder.js';

const ROUNDS = 20;

/** Data by session id; `null` for a session that ended. */
type State = Map<string, string | null>;

/** Runs the writer until it has been answered so often, kills it, and gives what it had printed. */
async function killAfter(answers: number, path: string, run: number): Promise<readonly string[]> {
  const child = startChild('writer.mjs', [path, String(run)]);
  let lines = 0;
  child.process.stdout.on('data', (text: string) => {
    lines += text.split('\n').length - 1;
    if (lines >= answers) child.process.kill('SIGKILL');
  });
  const { stdout, stderr } = await child.ended;
  expect(stderr).toBe('');
  expect(child.process.signalCode).toBe('SIGKILL');
  return stdout.split('\n').slice(0, -1);
}

/** Follows the answers; the writer's file says in which order it writes. */
function follow(lines: readonly string[], state: State): void {
  for (const line of lines) {
    const [verb, id = '', value] = line.split(' ');
    if (verb === 'insert') state.set(id, '{}');
    else if (verb === 'patch') state.set(id, `{"a":${value}}`);
    else if (verb === 'end') state.set(id, null);
    else expect.unreachable(`The writer said: ${line}`);
  }
}

/** The session that the write after the last answer is about: it may have been done, unanswered. */
function underWay(lines: readonly string[]): string | undefined {
  const [verb, id = ''] = (lines.at(-1) ?? '').split(' ');
  if (verb === 'insert' && id.endsWith('-ended')) return id.replace('-ended', '-kept');
  return verb === 'patch' ? id.replace('-kept', '-ended') : undefined;
}

async function differences(store: SqliteStore, state: State): Promise<string[]> {
  const found: string[] = [];
  for (const [id, data] of state) {
    const record = await store.read(id);
    if ((record?.data ?? null) !== data) found.push(id);
  }
  return found;
}

describe('a process that is killed while it writes', () => {
  it('leaves every write that was answered, and an intact file', async () => {
    const path = newPath();
    const state: State = new Map();
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = 40 + ((round * 7) % ROUNDS) * 30;
      const lines = await killAfter(answers, path, round);
      expect(lines.length).toBeGreaterThanOrEqual(answers);
      follow(lines, state);

      const database = openDatabase(path);
      expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      const store = sqliteStore({ database });
      const uncertain = underWay(lines);
      if (uncertain !== undefined) {
        state.set(uncertain, (await store.read(uncertain))?.data ?? null);
      }
      expect(await differences(store, state)).toEqual([]);
      expect(await store.list('user')).not.toHaveLength(0);
      store.close();
      database.close();
    }
    expect(state.size).toBeGreaterThan(2_000);
  });
});
