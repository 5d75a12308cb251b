// What the mails of accounts say, and what they can never contain: whatever strangers wrote, a mail has
// no header, no markup and no link of theirs.

import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import type { Mail } from '../../../src/accounts/mailer.js';
import { MAIL_KINDS, type NoticeKind, type TokenLinkKind } from '../../../src/flows/mails/kinds.js';
import { linkMail, signUpKnownMail } from '../../../src/flows/mails/link-mails.js';
import { noticeMail, type NoticeDetails } from '../../../src/flows/mails/notices.js';
import { createMailSite, MAIL_PATHS } from '../../../src/flows/mails/site.js';
import { checkMail } from '../../../src/mail/checked-mail.js';

const ORIGIN = 'https://shop.example';
const site = createMailSite({ serviceName: 'Example Shop', origin: ORIGIN });
const TOKEN = 'Zm9v-_'.padEnd(43, 'x');
const TO = 'ada@example.org';
const AT = Date.UTC(2026, 10, 23, 4, 29, 7);
const EVENT = { at: AT, device: 'Firefox 128.0 on Windows', address: '2001:db8::7' };

type DetailsByKind = { readonly [Kind in NoticeKind]: NoticeDetails[Kind] };

/** What every notice is told, with this text wherever somebody else may have written. */
function detailsWith(text: string): DetailsByKind {
  return {
    'new-device': {},
    'sign-in-after-failures': { failures: 7 },
    'second-factor-failed': {},
    'password-changed': {},
    'password-reset': {},
    'factor-added': { factor: 'passkey', name: text },
    'factor-removed': { factor: 'totp', name: text },
    'factor-closed': { factor: 'totp', name: text },
    'passkey-copied': { factor: 'passkey', name: text },
    'recovery-codes-replaced': {},
    'recovery-code-used': { left: 1 },
    'address-pending': { address: text },
    'address-added': { address: text },
    'address-removed': { address: text },
    'primary-changed': { address: text },
    'provider-linked': { provider: text },
    'provider-unlinked': { provider: text },
    'account-disabled': {},
    'account-deleted': {},
  };
}

const NOTICE_KINDS = Object.keys(detailsWith('')).filter((kind) => isNotice(kind));
const LINK_KINDS: readonly TokenLinkKind[] = ['sign-up', 'verify-address', 'reset', 'sign-in-link'];

function isNotice(kind: string): kind is NoticeKind {
  return kind in detailsWith('');
}

function notice(kind: NoticeKind, text = 'x', event: typeof EVENT = EVENT): Mail {
  return noticeMail(site, kind, { to: TO, event, details: detailsWith(text)[kind] });
}

function link(kind: TokenLinkKind, event: typeof EVENT = EVENT): Mail {
  return linkMail(site, kind, { to: TO, token: TOKEN, lifetimeMs: 30 * 60_000, event });
}

function every(text = 'x', event: typeof EVENT = EVENT): readonly Mail[] {
  return [
    ...LINK_KINDS.map((kind) => link(kind, event)),
    signUpKnownMail(site, { to: TO, event }),
    ...NOTICE_KINDS.map((kind) => notice(kind, text, event)),
  ];
}

/** Every address that a mail program could make a link of. */
function linksIn(text: string): readonly string[] {
  return text.match(/\b[a-z][a-z\d+.-]*:\/\/[^\s"<]+|\bwww\.[^\s"<]+/gi) ?? [];
}

/** The text of the HTML, as a reader sees it. */
function shownIn(html: string): string {
  return html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replaceAll('<br>', '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

test('there is a mail of every kind in the table, and of no other', () => {
  expect(
    every()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(Object.keys(MAIL_KINDS).toSorted());
});

describe('every mail', () => {
  it.each(every().map((mail) => [mail.kind, mail] as const))(
    '%s is one that a mailer sends, says the same twice, and tells when and from where',
    (_kind, mail) => {
      expect(checkMail(mail)).toEqual(mail);
      expect(mail.to).toBe(TO);
      expect(mail.subject).toMatch(/^Example Shop: [a-z].{5,60}$/);
      expect(mail.text).toContain('When: Mon, 23 Nov 2026 04:29 UTC\n');
      expect(mail.text).toContain('Device: Firefox 128.0 on Windows\n');
      expect(mail.text).toContain('Network address: 2001:db8::7\n');
      expect(mail.text.trimEnd().endsWith('Example Shop')).toBe(true);
      expect(squeezed(shownIn(mail.html ?? ''))).toBe(squeezed(mail.text));
    },
  );

  it('has links of the configured origin only (G69)', () => {
    for (const mail of every()) {
      const links = [...linksIn(mail.text), ...linksIn(mail.html ?? '')];
      for (const address of links) expect(new URL(address).origin).toBe(ORIGIN);
    }
  });

  it('loads nothing from anywhere', () => {
    for (const { html } of every())
      expect(html).not.toMatch(/<(?:img|link|script|style)|src=|url\(/i);
  });
});

describe('a link by mail', () => {
  it.each(LINK_KINDS)('%s has its token in one link, and nowhere else', (kind) => {
    const mail = link(kind);
    expect(mail.text.split(TOKEN)).toHaveLength(2);
    expect(mail.text).toContain(`:\n${ORIGIN}${MAIL_PATHS[kind]}?token=${TOKEN}\n`);
    expect(mail.html).toContain(`<a href="${ORIGIN}${MAIL_PATHS[kind]}?token=${TOKEN}">`);
    expect(mail.subject).not.toContain(TOKEN);
    expect(mail.text).toContain('works once, and for 30 minutes');
    expect(mail.text).toContain('If it was not you, ignore this mail');
  });

  it('to an address that has an account points to sign-in and reset, without a token (G60)', () => {
    const { text } = signUpKnownMail(site, { to: TO, event: EVENT });
    expect(linksIn(text)).toEqual([`${ORIGIN}/sign-in`, `${ORIGIN}/forgotten`]);
  });

  it('goes to the paths that are configured', () => {
    const other = createMailSite({
      serviceName: 'Shop',
      origin: 'http://localhost:3000',
      paths: { reset: '/auth/new-password' },
    });
    expect(other.link('reset', TOKEN)).toBe(
      `http://localhost:3000/auth/new-password?token=${TOKEN}`,
    );
    expect(other.page('account')).toBe('http://localhost:3000/account');
  });

  it.each(['', 'short', `${TOKEN}&next=https://evil.example`, `${TOKEN}\r\nBcc: eve`, `${TOKEN}"`])(
    'is not made of %j as a token',
    (token) => {
      expect(() => site.link('reset', token)).toThrow(
        expect.objectContaining({ code: 'mail-invalid' }),
      );
    },
  );
});

describe('a notice', () => {
  it.each(NOTICE_KINDS)(
    '%s has no link but the account page, and says what to do (G75)',
    (kind) => {
      const { text } = notice(kind);
      const isLast = kind === 'account-disabled' || kind === 'account-deleted';
      expect(linksIn(text)).toEqual(isLast ? [] : [`${ORIGIN}/account`]);
      expect(text).not.toContain('token');
      expect(text).toMatch(/If it was not you|If you did not want this|Somebody may be guessing/);
    },
  );

  it('says what was added, removed or used', () => {
    const say = <Kind extends NoticeKind>(kind: Kind, details: NoticeDetails[Kind]): string =>
      noticeMail(site, kind, { to: TO, event: { at: AT }, details }).text;
    expect(say('factor-added', { factor: 'passkey', name: 'Ada’s phone' })).toContain(
      'A new passkey (Ada’s phone) can now be used',
    );
    expect(say('factor-removed', { factor: 'totp' })).toContain('authenticator app');
    expect(say('factor-closed', { factor: 'password' })).toContain('never signed in');
    expect(say('factor-closed', { factor: 'totp' })).toContain('Nobody can sign in with it');
    expect(say('recovery-code-used', { left: 1 })).toContain('You have 1 code left.');
    expect(say('recovery-code-used', { left: 4 })).toContain('You have 4 codes left.');
    expect(say('recovery-code-used', { left: 0 })).toContain('no codes left');
    expect(say('sign-in-after-failures', { failures: 7 })).toContain('after 7 failed attempts');
    expect(say('address-pending', { address: 'new@bücher.example' })).toContain(
      'your account: new@bücher.example.',
    );
    expect(say('provider-linked', { provider: 'Example ID' })).toContain('at Example ID can now');
    expect(say('new-device', {})).not.toContain('Device:');
  });
});

describe('what strangers wrote', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '"><a href="https://evil.example">Your account</a>',
    "' onmouseover='alert(1)",
    'x\r\nBcc: eve@example.net\r\n\r\n<b>',
    'Click https://evil.example/reset now',
    'see www.evil.example or evil.example/x',
    'evil。example',
    'turn\u202eed and \u200bhidden',
    '&lt;b&gt;',
    '\u0000\ud800',
    'x'.repeat(100_000),
  ];

  it.each(HOSTILE)(
    'as a device, a name or an address makes no header, markup or link: %j',
    (text) => {
      for (const mail of every(text, { at: AT, device: text, address: text })) {
        expect(checkMail(mail)).toEqual(mail);
        expect(mail.subject).toBe(every().find(({ kind }) => kind === mail.kind)?.subject);
        for (const body of [mail.text, mail.html ?? '']) {
          expect(body).not.toMatch(/evil[.。]|<script|onmouseover=|Bcc:|\u202e|\u200b/);
          for (const address of linksIn(body)) expect(address.startsWith(`${ORIGIN}/`)).toBe(true);
        }
        expect(mail.text.length).toBeLessThan(1_500);
      }
    },
  );

  it('leaves the tags of the HTML as they are without it', () => {
    const tagsOf = (mail: Mail): readonly string[] => mail.html?.match(/<[^>]*>/g) ?? [];
    const plain = every('x', { at: AT, device: 'x', address: '' }).map(tagsOf);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const device = `x${text}`;
        const mails = every(device, { at: AT, device, address: '' });
        expect(mails.map(tagsOf)).toEqual(plain);
        for (const mail of mails) expect(checkMail(mail)).toEqual(mail);
      }),
    );
  });

  it('shows an address that is one as it is, quotes and ampersands escaped', () => {
    const mail = notice('address-added', "o'brien&co@example.org");
    expect(mail.text).toContain("o'brien&co@example.org");
    expect(mail.html).toContain('o&#39;brien&amp;co@example.org');
  });
});

describe('the site of mails', () => {
  it.each<[string, Record<string, unknown>]>([
    ['origin', { origin: 'http://shop.example' }],
    ['origin', { origin: 'https://shop.example/' }],
    ['origin', { origin: 'https://shop.example/path' }],
    ['origin', { origin: 'https://user@shop.example' }],
    ['origin', { origin: 'http://localhost.evil.example' }],
    ['origin', { origin: undefined }],
    ['serviceName', { serviceName: '' }],
    ['serviceName', { serviceName: 'Shop\r\nBcc: eve@example.net' }],
    ['serviceName', { serviceName: 'x'.repeat(61) }],
    ['paths.reset', { paths: { reset: '//evil.example' } }],
    ['paths.reset', { paths: { reset: 'reset' } }],
    ['paths.reset', { paths: { reset: '/reset?x=1' } }],
    ['paths.reset', { paths: { reset: '.evil.example/' } }],
  ])('refuses a wrong %s: %j', (option, wrong) => {
    const options: never = { serviceName: 'Shop', origin: ORIGIN, ...wrong } as never;
    expect(() => createMailSite(options)).toThrow(option);
    expect(() => createMailSite(options)).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });

  it('writes the longest name into a subject that is not too long', () => {
    const long = createMailSite({ serviceName: 'x'.repeat(60), origin: ORIGIN });
    for (const kind of NOTICE_KINDS) {
      const details = detailsWith('x')[kind];
      const mail = noticeMail(long, kind, { to: TO, event: EVENT, details });
      expect(checkMail(mail)).toEqual(mail);
    }
  });
});
