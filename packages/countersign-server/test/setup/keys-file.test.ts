import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { Mistake } from '../../src/mistake.js';
import { openKeysFile } from '../../src/setup/keys-file.js';
import { makeFolder } from './folder.js';

const NOW = Date.UTC(2026, 0, 2);
const SECRET = 'a-secret-that-is-long-enough-to-be-one-0123456789';

function writeKeys(folder: string, text: string, mode = 0o600): string {
  const path = join(folder, 'keys.json');
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

function mistakeOf(folder: string): Mistake {
  try {
    openKeysFile(join(folder, 'keys.json'), NOW);
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('the keys file', () => {
  it('is made once, for its owner alone, with 256 random bits', () => {
    const folder = makeFolder();
    const made = openKeysFile(join(folder, 'keys.json'), NOW);
    expect(made.created).toBe(true);
    expect(made.secrets).toHaveLength(1);
    expect(Buffer.from(made.secrets[0] ?? '', 'base64url')).toHaveLength(32);
    expect(statSync(made.path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(made.path, 'utf8'))).toMatchObject({
      format: 1,
      keys: [{ created: '2026-01-02T00:00:00.000Z' }],
    });

    const kept = openKeysFile(join(folder, 'keys.json'), NOW);
    expect(kept).toEqual({ ...made, created: false });
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('is different in every folder', () => {
    expect(openKeysFile(join(makeFolder(), 'keys.json'), NOW).secrets).not.toEqual(
      openKeysFile(join(makeFolder(), 'keys.json'), NOW).secrets,
    );
  });

  it('gives its keys newest first, as they are written', () => {
    const folder = makeFolder();
    const keys = [{ secret: `${SECRET}2` }, { secret: `${SECRET}1`, note: 'old' }];
    writeKeys(folder, JSON.stringify({ format: 1, keys }));
    expect(openKeysFile(join(folder, 'keys.json'), NOW).secrets).toEqual([
      `${SECRET}2`,
      `${SECRET}1`,
    ]);
  });

  it.each([0o640, 0o604, 0o660, 0o602, 0o644])(
    'is refused with mode %o, with the remedy',
    (mode) => {
      const folder = makeFolder();
      const text = JSON.stringify({ format: 1, keys: [{ secret: SECRET }] });
      const path = writeKeys(folder, text, mode);
      const mistake = mistakeOf(folder);
      expect(mistake.exitCode).toBe(1);
      expect(mistake.message).toContain(`chmod 600 ${path}`);
    },
  );

  it('is judged by what a link leads to', () => {
    const folder = makeFolder();
    const elsewhere = makeFolder();
    const path = writeKeys(elsewhere, JSON.stringify({ format: 1, keys: [{ secret: SECRET }] }));
    symlinkSync(path, join(folder, 'keys.json'));
    expect(openKeysFile(join(folder, 'keys.json'), NOW).secrets).toEqual([SECRET]);
    chmodSync(path, 0o644);
    expect(mistakeOf(folder).message).toContain('mode 644');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['another format', JSON.stringify({ format: 2, keys: [{ secret: SECRET }] })],
    ['no key', JSON.stringify({ format: 1, keys: [] })],
    ['a short secret', JSON.stringify({ format: 1, keys: [{ secret: 'hunter2-hunter2' }] })],
    ['a key that is none', JSON.stringify({ format: 1, keys: [SECRET] })],
    ['a list', '[]'],
    ['null', 'null'],
  ])('is refused with %s in it, is left alone, and its content is never told', (_name, text) => {
    const folder = makeFolder();
    const path = writeKeys(folder, text);
    const mistake = mistakeOf(folder);
    expect(mistake.message).toContain(`${path} is not a keys file`);
    expect(mistake.message).not.toContain('hunter2');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says that there is no folder for it', () => {
    const folder = join(makeFolder(), 'nowhere');
    expect(mistakeOf(folder).message).toContain(
      `${join(folder, 'keys.json')} cannot be used: there is no such folder.`,
    );
  });

  it('is the same for two processes that start at once', async () => {
    const folder = makeFolder();
    const opened = await Promise.all(
      Array.from({ length: 8 }, async () => {
        await Promise.resolve();
        return openKeysFile(join(folder, 'keys.json'), NOW);
      }),
    );
    expect(new Set(opened.flatMap(({ secrets }) => secrets)).size).toBe(1);
    expect(opened.filter(({ created }) => created)).toHaveLength(1);
  });
});
