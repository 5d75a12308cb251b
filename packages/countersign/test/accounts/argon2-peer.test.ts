import { createRequire } from 'node:module';

import { expect, it } from 'vitest';

import { requireArgon2 } from '../../src/accounts/argon2-peer.js';

it('a missing argon2 package is told at construction, with what to install', () => {
  // A folder without node_modules above it: the error is the one that Node makes.
  const require = createRequire('/nowhere/at-all.js');
  expect(() => requireArgon2(require)).toThrow(
    expect.objectContaining({
      code: 'configuration',
      message: expect.stringContaining('npm install @node-rs/argon2@2') as string,
      cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }) as Error,
    }),
  );
});

it('another package under that name is told apart', () => {
  for (const loaded of [{ hash: () => '' }, { hashRaw: 'text' }, null, undefined])
    expect(() => requireArgon2(() => loaded)).toThrow(/has no hashRaw function/);
});
