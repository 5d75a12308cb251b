// The published entries as a program meets them: imported by name from the build, in a fresh process.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, describe, expect, test } from 'vitest';

import { readManifest } from './architecture/packages.js';

const HOME = fileURLToPath(new URL('..', import.meta.url));
const { name, exports } = readManifest('countersign');
const entries = Object.entries(exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{ specifier: `${name}${subpath.slice(1)}`, target }],
);
const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'countersign-entries-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Imports one entry in a process of its own: what it exports, and the scripts that this loaded. */
async function load(
  specifier: string,
): Promise<{ readonly names: readonly string[]; readonly scripts: readonly string[] }> {
  const coverage = mkdtempSync(join(folder, 'loaded-'));
  const program = `console.log(JSON.stringify(Object.keys(await import('${specifier}'))))`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', program], {
    cwd: HOME,
    // V8's coverage lists every script that the process loaded, without a hook in the way.
    env: { ...process.env, NODE_V8_COVERAGE: coverage, NODE_OPTIONS: '' },
  });
  const scripts = readdirSync(coverage).flatMap((file) => {
    const report = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
      readonly result: readonly { readonly url: string }[];
    };
    return report.result
      .map(({ url }) => url)
      .filter((url) => url.startsWith('file:') && !url.includes('[eval'));
  });
  return { names: JSON.parse(stdout) as readonly string[], scripts };
}

describe('a published entry', () => {
  test.each(entries)('$specifier is built, exports something and has types', async (entry) => {
    const { names } = await load(entry.specifier);
    expect(names).not.toEqual([]);
    expect(existsSync(join(HOME, entry.target['types'] ?? 'missing'))).toBe(true);
  });

  test("import 'countersign' loads its own ground floors and nothing else", async () => {
    const { scripts } = await load(name);
    const dist = new URL('../dist/', import.meta.url).href;
    const rooms = new Set(
      scripts.map((url) => (url.startsWith(dist) ? url.slice(dist.length).split('/', 1)[0] : url)),
    );
    expect([...rooms]).toContain('index.js');
    // Files beside the rooms are below them all; architecture.test.ts sees to that.
    const isFileBeside = (room: string): boolean => /^[\w-]+\.js$/.test(room);
    const ground = ['crypto', 'cookie', 'csrf', 'session'];
    const others = [...rooms].filter((room = '') => !isFileBeside(room) && !ground.includes(room));
    expect(others).toEqual([]);
  });
});
