import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openDataFolder } from '../../src/setup/data-folder.js';
import { makeFolder } from './folder.js';

describe('the data folder', () => {
  it('is made for its owner alone, with the folders above it', () => {
    const path = join(makeFolder(), 'a', 'b');
    expect(openDataFolder(path)).toEqual({ path, created: true, note: undefined });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(openDataFolder(path).created).toBe(false);
  });

  it('that others can look into is used, with a note that says so', () => {
    const path = makeFolder();
    chmodSync(path, 0o755);
    expect(openDataFolder(path).note).toContain('chmod 700');
    chmodSync(path, 0o700);
    expect(openDataFolder(path).note).toBeUndefined();
  });

  it.each([
    ['a file', ''],
    ['below a file', '/data'],
  ])('cannot be %s', (_name, below) => {
    const file = join(makeFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openDataFolder(`${file}${below}`)).toThrow(
      /cannot be used: .*\bfile\b.*\n.*--data/,
    );
  });
});
