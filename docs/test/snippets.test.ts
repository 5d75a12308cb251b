// Every block of TypeScript in the guide, and in the reference pages named here, type-checked as an
// application's code would be and run, against servers where it names one; what it prints is what the
// page says.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readPages, ROOT } from './pages.js';
import { startServersFor, variablesIn } from './servers.js';
import { programOf, promisedOutput } from './snippets.js';

const execute = promisify(execFile);

/** An application in JavaScript that does not end by itself: accounts-example.test.ts runs it. */
const SERVER = 'docs/guide/accounts.md';

const pages = readPages()
  .filter(({ path }) => path !== SERVER)
  .filter(({ path }) =>
    /^docs\/guide\/|^docs\/reference\/(adapters|policy|sessions)\.md$/.test(path),
  )
  .map(({ path, text }) => ({
    path,
    name: path.replaceAll(/[/.]/g, '-'),
    program: programOf(text),
  }))
  .filter(({ program }) => program.trim() !== '');
const folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'));
let complaints = '';

beforeAll(() => {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const { name, program } of pages) writeFileSync(join(folder, `${name}.ts`), program);
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { declaration: false, declarationMap: false, sourceMap: false, rootDir: '.' },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  complaints = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the guide and the reference of sessions have programs', () => {
  const paths = pages.map(({ path }) => path);
  expect(paths).toContain('docs/guide/cookies-and-sessions.md');
  expect(paths).toContain('docs/guide/sessions.md');
  expect(paths).toContain('docs/reference/sessions.md');
});

test('the guide to stores runs against servers', () => {
  const program = pages.find(({ path }) => path === 'docs/guide/stores.md')?.program ?? '';
  expect(variablesIn(program)).toEqual(['DATABASE_URL', 'REDIS_URL']);
});

describe.each(pages)('the program of $path', ({ name, program }) => {
  test('has the right types', () => {
    const lines = complaints.split('\n').filter((line) => line !== '');
    // What names no page at all is a fault of every page.
    const others = pages.filter((page) => page.name !== name).map((page) => `${page.name}.ts`);
    expect(lines.filter((line) => !others.some((other) => line.includes(other)))).toEqual([]);
  });

  test('prints what the page says', async () => {
    const servers = await startServersFor(program);
    try {
      const { stdout } = await execute(process.execPath, [join(folder, `${name}.js`)], {
        cwd: folder,
        env: { ...process.env, NODE_OPTIONS: '', ...servers.env },
      });
      const promised = promisedOutput(program);
      expect(stdout.replace(/\n$/, '').split('\n')).toEqual(promised);
      expect(promised.length).toBeGreaterThan(0);
    } finally {
      await servers.stop();
    }
  });
});
