// The example of second factors in docs/reference/accounts.md, word for word but for where it imports from.

import {
  createTotpSecret,
  judgeTotp,
  openTotpSecret,
  sealTotpSecret,
  totpUri,
} from '../../src/accounts/index.js';
import { createKeyRing } from '../../src/index.js';

const keys = createKeyRing(['an example of a key, 32 bytes or more']);

export function beginTotp(userId: string): { readonly sealed: string; readonly uri: string } {
  const secret = createTotpSecret();
  const uri = totpUri({ secret, issuer: 'Example Shop', account: 'ada@example.org' });
  return { sealed: sealTotpSecret(keys, userId, secret), uri };
}

export function checkTotp(
  userId: string,
  stored: { readonly sealed: string; readonly lastStep: number },
  typed: string,
): string {
  const opened = openTotpSecret(keys, userId, stored.sealed);
  if (opened === undefined) return 'no secret';
  const moment = { now: Date.now(), lastStep: stored.lastStep };
  const judged = judgeTotp(opened.secret, typed, moment);
  return judged.ok ? `right, store ${judged.step} as the last step` : judged.reason;
}
