// The example of second factors in docs/reference/accounts.md runs.

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { decodeBase32 } from '../../src/accounts/base32.js';
import { TOTP_STEP_MS } from '../../src/accounts/totp.js';
import { beginTotp, checkTotp } from './totp-reference-example.js';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** An authenticator app: reads the URI, and the step is now. */
function showCode(uri: string, step: number): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', decodeBase32(secret) ?? '')
    .update(message)
    .digest();
  const at = mac.readUInt8(19) % 16;
  return String((mac.readUInt32BE(at) % 2 ** 31) % 1_000_000).padStart(6, '0');
}

test('the example is the one that runs here', () => {
  const [, section = ''] = read('../../../../docs/reference/accounts.md').split(
    '## Second factors',
  );
  const [, runs = ''] = read('./totp-reference-example.ts').split(/^import [^;]+;\n\n/m);
  expect(runs.length).toBeGreaterThan(500);
  expect(section).toContain(runs);
});

test('a code of now is right, and used once its step is stored', () => {
  const { sealed, uri } = beginTotp('ada');
  // The example has the machine's clock; a code is good in the next step too, should one begin here.
  const step = Math.floor(Date.now() / TOTP_STEP_MS);
  const code = showCode(uri, step);
  expect(checkTotp('ada', { sealed, lastStep: -1 }, code)).toBe(
    `right, store ${step} as the last step`,
  );
  expect(checkTotp('ada', { sealed, lastStep: step }, code)).toBe('used');
  expect(checkTotp('bob', { sealed, lastStep: -1 }, code)).toBe('no secret');
});
