// A thief with a fresh session can change how an account is signed in to. The mails that tell its owner
// must not end at "sign in", which the owner may no longer be able to.

import { expect, it } from 'vitest';

import { noticeMail } from '../../../src/flows/mails/notices.js';
import { createMailSite } from '../../../src/flows/mails/site.js';

const site = createMailSite({ serviceName: 'Example Shop', origin: 'https://shop.example' });
const to = 'ada@example.org';
const event = { at: 0 };
const address = 'mallory@example.org';

it.each([
  noticeMail(site, 'factor-added', { to, event, details: { factor: 'totp' } }),
  noticeMail(site, 'factor-removed', { to, event, details: { factor: 'passkey' } }),
  noticeMail(site, 'recovery-codes-replaced', { to, event, details: {} }),
  noticeMail(site, 'address-removed', { to, event, details: { address } }),
  noticeMail(site, 'primary-changed', { to, event, details: { address } }),
  noticeMail(site, 'provider-linked', { to, event, details: { provider: 'Example' } }),
])('$kind says whom to turn to when signing in fails (G83, G87)', ({ text, html }) => {
  const words = 'If you cannot sign in any more, get in touch with those who run the service.';
  expect(text).toContain(words);
  expect(html).toContain(words);
});
