import { expect, it, vi } from 'vitest';

import { argon2Hasher } from '../../src/accounts/argon2.js';

const loaded = vi.hoisted(() => ({ load: (): unknown => undefined }));
vi.mock('node:module', () => ({ createRequire: () => () => loaded.load() }));

it('a missing argon2 package is told at construction, with what to install', () => {
  loaded.load = () => {
    throw new Error("Cannot find module '@node-rs/argon2'");
  };
  expect(() => argon2Hasher()).toThrow(
    expect.objectContaining({
      code: 'configuration',
      message: expect.stringContaining('npm install @node-rs/argon2@2') as string,
      cause: expect.any(Error) as Error,
    }),
  );
});

it('another package under that name is told apart', () => {
  loaded.load = () => ({ hash: () => '' });
  expect(() => argon2Hasher()).toThrow(/has no hashRaw function/);
});
