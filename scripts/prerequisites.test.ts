// When something has to be installed: scripts/prerequisites.mjs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  isThere,
  missingDebianPackages,
  nodeComplaint,
  outdatedPackages,
} from './prerequisites.mjs';

const everythingIsThere = (): boolean => true;

describe('node packages', () => {
  const wanted = {
    '': {},
    bench: { version: '0.0.0' },
    'node_modules/a': { version: '1.0.0' },
    'bench/node_modules/b': { version: '2.0.0' },
    'node_modules/for-another-system': { version: '1.0.0', optional: true },
  };

  test('are all missing on a fresh clone, but for the optional ones', () => {
    expect(outdatedPackages(wanted, {}, () => false)).toEqual([
      'node_modules/a',
      'bench/node_modules/b',
    ]);
  });

  test('are up to date when the versions are the same, optional ones left out', () => {
    const installed = {
      'node_modules/a': { version: '1.0.0' },
      'bench/node_modules/b': { version: '2.0.0' },
    };
    expect(outdatedPackages(wanted, installed, everythingIsThere)).toEqual([]);
  });

  test('are outdated when a version differs, of an optional one too', () => {
    const installed = {
      'node_modules/a': { version: '1.0.1' },
      'bench/node_modules/b': { version: '2.0.0' },
      'node_modules/for-another-system': { version: '0.9.0' },
    };
    expect(outdatedPackages(wanted, installed, everythingIsThere)).toEqual([
      'node_modules/a',
      'node_modules/for-another-system',
    ]);
  });

  test('are missing when somebody removed a folder that npm still lists', () => {
    const installed = {
      'node_modules/a': { version: '1.0.0' },
      'bench/node_modules/b': { version: '2.0.0' },
    };
    const isThere = (path: string): boolean => path !== 'node_modules/a';
    expect(outdatedPackages(wanted, installed, isThere)).toEqual(['node_modules/a']);
  });
});

describe('Debian packages', () => {
  const missing = (steps: readonly string[], files: readonly string[]): readonly string[] =>
    missingDebianPackages(steps, (file) => files.includes(file)).map(({ name }) => name);

  test('are asked for by the steps that use them, and by no other', () => {
    expect(missing(['unit', 'lint'], [])).toEqual([]);
    expect(missing(['browser'], [])).toEqual(['chromium', 'fonts-liberation2']);
    for (const step of ['integration', 'docs']) {
      expect(missing(['unit', step], [])).toEqual(['redis-server', 'postgresql']);
    }
  });

  test('are not missing where any one of their files is there', () => {
    const debian = '/usr/lib/postgresql/*/bin/initdb';
    expect(missing(['integration'], ['redis-server', debian])).toEqual([]);
    expect(missing(['integration'], ['redis-server', 'initdb'])).toEqual([]);
    expect(missing(['integration'], ['initdb'])).toEqual(['redis-server']);
  });
});

describe('a file of a Debian package', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-prerequisites-'));
    mkdirSync(join(folder, '17', 'bin'), { recursive: true });
    mkdirSync(join(folder, '15'));
    writeFileSync(join(folder, '17', 'bin', 'initdb'), '');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('is found by its path', () => {
    expect(isThere(join(folder, '17', 'bin', 'initdb'))).toBe(true);
    expect(isThere(join(folder, '15', 'bin', 'initdb'))).toBe(false);
  });

  test('is found in a folder of any name where a star stands', () => {
    expect(isThere(join(folder, '*', 'bin', 'initdb'))).toBe(true);
    expect(isThere(join(folder, '*', 'bin', 'postgres'))).toBe(false);
    expect(isThere(join(folder, 'nowhere', '*', 'initdb'))).toBe(false);
  });

  test('is found on the PATH when it is a name only', () => {
    const bin = join(folder, '17', 'bin');
    expect(isThere('initdb', `${folder}:${bin}`)).toBe(true);
    expect(isThere('initdb', folder)).toBe(false);
  });
});

describe('the version of Node', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('%s is taken', (version) => {
    expect(nodeComplaint(version)).toBeUndefined();
  });

  test.each(['18.20.0', '20.18.3'])('%s is refused with the remedy', (version) => {
    expect(nodeComplaint(version)).toBe(`Node ${version} is too old. Install Node 20.19 or newer.`);
  });
});
