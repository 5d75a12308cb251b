// That passwords have no age (ASVS 6.2.10; G26).

import { expect, test } from 'vitest';

import { createAccounts } from '../../src/accounts/index.js';
import { memoryAccountStore } from '../../src/stores/memory/index.js';
import { createFakeClock } from '../../src/testing/index.js';

const PASSWORD = 'velvet otter paints slowly';
const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;

test('a password is as good after ten years as on its first day (6.2.10)', async () => {
  const clock = createFakeClock();
  const accounts = createAccounts({
    store: memoryAccountStore(),
    hasher: {
      hash: (password) => Promise.resolve(`plain:${password}`),
      verify: (stored, password) =>
        Promise.resolve(
          stored === `plain:${password}`
            ? { match: true, needsRehash: false }
            : { match: false, reason: 'mismatch' },
        ),
    },
    keys: ['an-example-key-of-more-than-32-bytes-0123456789'],
    clock,
  });
  await accounts.register({ name: 'ada', password: PASSWORD });
  clock.advance(TEN_YEARS_MS);
  expect(await accounts.verifyPassword({ name: 'ada', password: PASSWORD })).toMatchObject({
    ok: true,
  });
});
