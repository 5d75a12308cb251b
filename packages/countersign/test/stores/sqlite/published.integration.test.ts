// The published entry in a process of its own: under another test runner, and where no SQLite is.

import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { startChild } from './child.js';
import { newPath } from './folder.js';

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

it('the conformance suite runs under node:test, and ends', async () => {
  const { process: child, ended } = startChild('conformance.mjs', [dirname(newPath())]);
  const { stdout } = await ended;
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(stdout).toMatch(/^# cancelled 0$/m);
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(60);
  expect(child.exitCode).toBe(0);
});

it('without any SQLite the error says what to install', async () => {
  const folder = newPath('elsewhere');
  cpSync(DIST, join(folder, 'dist'), { recursive: true });
  const entry = pathToFileURL(join(folder, 'dist', 'stores', 'sqlite', 'index.js')).href;
  const program = `
    import { sqliteStore } from ${JSON.stringify(entry)};
    process.getBuiltinModule = () => undefined;
    try { sqliteStore({ path: ':memory:' }); } catch (error) { console.log(error.code, error.message); }`;
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
  expect(stdout).toMatch(/^configuration path: Node .* has no SQLite of its own/);
  expect(stdout).toContain('`npm install @photostructure/sqlite`');
});
