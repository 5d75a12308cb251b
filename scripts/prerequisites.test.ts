// When something has to be installed: scripts/prerequisites.mjs.

import { describe, expect, test } from 'vitest';

import { nodeComplaint, outdatedPackages } from './prerequisites.mjs';

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

describe('the version of Node', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('%s is taken', (version) => {
    expect(nodeComplaint(version)).toBeUndefined();
  });

  test.each(['18.20.0', '20.18.3'])('%s is refused with the remedy', (version) => {
    expect(nodeComplaint(version)).toBe(`Node ${version} is too old. Install Node 20.19 or newer.`);
  });
});
