import { createRequire } from 'node:module';

import { expect, test } from 'vitest';

import { requireOauth } from '../../src/accounts/oidc-peer.js';

test('a missing package is told at construction, with what to install', () => {
  const require = createRequire('/nowhere/at-all.js');
  expect(() => requireOauth(require)).toThrow(
    expect.objectContaining({
      code: 'configuration',
      message: expect.stringContaining('npm install oauth4webapi@3') as string,
      cause: expect.objectContaining({ code: 'MODULE_NOT_FOUND' }) as Error,
    }),
  );
});

test('another package under that name, or another version of it, is told apart', () => {
  for (const loaded of [{ discoveryRequest: () => '' }, {}, null, undefined, 'text'])
    expect(() => requireOauth(() => loaded)).toThrow(/is not version 3/);
});
