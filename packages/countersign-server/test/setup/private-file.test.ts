import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  closing,
  isPrivate,
  readPrivateFile,
  writePrivateFile,
} from '../../src/setup/private-file.js';
import { makeFolder } from './folder.js';

const ROOT = 0;
const ADA = 1000;

describe('a private file', () => {
  it('is written for its owner alone, whatever the umask', () => {
    const path = join(makeFolder(), 'file');
    const before = process.umask(0);
    try {
      expect(writePrivateFile(path, 'text', { existing: 'keep' })).toBe(true);
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readPrivateFile(path)).toBe('text');
  });

  it('is never written over when it is to be kept, not even by one that was slower', () => {
    const folder = makeFolder();
    const path = join(folder, 'file');
    writePrivateFile(path, 'first', { existing: 'keep' });
    expect(writePrivateFile(path, 'second', { existing: 'keep' })).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is replaced as a whole when that is wanted', () => {
    const folder = makeFolder();
    const path = join(folder, 'file');
    writePrivateFile(path, 'a longer first text', { existing: 'keep' });
    expect(writePrivateFile(path, 'second', { existing: 'replace' })).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('survives what a process that died has left behind', () => {
    const folder = makeFolder();
    const path = join(folder, 'file');
    writeFileSync(`${path}.${process.pid}.new`, 'half');
    expect(writePrivateFile(path, 'whole', { existing: 'keep' })).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('whole');
  });

  it('is undefined when it is not there, and a mistake when it is a folder', () => {
    const folder = makeFolder();
    expect(readPrivateFile(join(folder, 'file'))).toBeUndefined();
    mkdirSync(join(folder, 'folder'), { mode: 0o700 });
    expect(() => readPrivateFile(join(folder, 'folder'))).toThrow('cannot be used');
  });

  it.each([
    [0o600, ADA, ADA, true],
    [0o400, ADA, ADA, true],
    [0o640, ADA, ADA, false],
    [0o440, ADA, ADA, false],
    // Root hands it out: by systemd's LoadCredential=, or by a secret of Kubernetes with an fsGroup.
    [0o440, ROOT, ADA, true],
    [0o640, ROOT, ADA, true],
    [0o660, ROOT, ADA, false],
    [0o444, ROOT, ADA, false],
    [0o644, ROOT, ADA, false],
    // To root itself nobody has to hand anything.
    [0o440, ROOT, ROOT, false],
    [0o600, ROOT, ROOT, true],
    [0o440, 1001, ADA, false],
  ])('with mode 0o%o of user %i is private to user %i: %s', (mode, uid, user, is) => {
    expect(isPrivate({ mode: 0o100_000 | mode, uid }, user)).toBe(is);
  });

  it('is closed by its mode, and first given to who has to read it', () => {
    expect(closing('/secret', { uid: ADA }, ADA)).toBe('chmod 600 /secret');
    expect(closing('/secret', { uid: ROOT }, ADA)).toBe('chown 1000 /secret && chmod 600 /secret');
  });

  it('says where it could not be written', () => {
    const path = join(makeFolder(), 'missing', 'file');
    expect(() => writePrivateFile(path, 'text', { existing: 'keep' })).toThrow(path);
    expect(existsSync(path)).toBe(false);
  });
});
