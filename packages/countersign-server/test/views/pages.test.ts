import { describe, expect, it } from 'vitest';

import { AskAddressPage } from '../../src/views/ask-address-page.js';
import { ConfirmPage } from '../../src/views/confirm-page.js';
import { DeparturePage } from '../../src/views/departure-page.js';
import { MailSentPage } from '../../src/views/mail-sent-page.js';
import {
  recoveryCodesText,
  NewRecoveryCodesPage,
} from '../../src/views/new-recovery-codes-page.js';
import { MailPage } from '../../src/views/outbox-page.js';
import { PasskeysPage } from '../../src/views/passkeys-page.js';
import { PasswordPage } from '../../src/views/password-page.js';
import { SecondStepPage } from '../../src/views/second-step-page.js';
import { SignInPage } from '../../src/views/sign-in-page.js';
import { FRAME, NOW } from './all-pages.js';

type Page = ReturnType<typeof SignInPage>;

async function render(page: Page): Promise<string> {
  return (await page).toString();
}

/** The input where typing begins. */
function focused(html: string): string | undefined {
  const tag = (html.match(/<(?:input|button)\b[^>]*>/g) ?? []).find((one) =>
    /\sautofocus=/.test(one),
  );
  return tag === undefined ? undefined : (/\sid="([^"]*)"/.exec(tag)?.[1] ?? 'a button');
}

describe('the sign-in page', () => {
  const signIn = (more: Partial<Parameters<typeof SignInPage>[0]>): Promise<string> =>
    render(SignInPage({ frame: FRAME, returnTo: '/', rememberFor: 1, ...more }));

  it('offers nothing but the password unless it is told to', async () => {
    const html = await signIn({});
    expect(html).not.toMatch(/passkey|provider|\/sign-in\/link|\/forgot/);
    expect(html).toContain('autocomplete="username"');
  });

  it('lets browsers fill in passkeys where they are offered, by a form that waits for the script', async () => {
    const html = await signIn({ offers: { passkey: true } });
    expect(html).toContain('autocomplete="username webauthn"');
    expect(html).toMatch(/<form class="passkey"[^>]*\sdata-autofill="yes"[^>]*\shidden=/);
    expect(html).toMatch(/<section class="ways-in"[^>]*\shidden=/);
    expect(await signIn({ offers: { passkey: true, mailLink: true } })).not.toMatch(
      /<section class="ways-in"[^>]*\shidden=/,
    );
  });

  it('takes the place to return to along on every way in', async () => {
    const providers = [{ name: 'a', label: 'A' }];
    const offers = { passkey: true, mailLink: true, reset: true, providers };
    const html = await signIn({ returnTo: '/devices?a=1', offers });
    expect(html.match(/name="return_to" value="\/devices\?a=1"/g)).toHaveLength(2);
    // The form of the password is that of the providers too.
    expect(html).toMatch(/<form id="sign-in"[^>]*>\s*<input[^>]*name="return_to"/);
    expect(html).toMatch(/<button[^>]*form="sign-in"[^>]*name="provider" value="a"/);
    for (const path of ['/sign-up', '/forgot', '/sign-in/link'])
      expect(html).toContain(`href="${path}?return_to=%2Fdevices%3Fa%3D1"`);
  });

  it.each([
    [{}, 'name'],
    [{ refused: true }, 'password'],
    [{ errors: { password: 'x' } }, 'password'],
    [{ errors: { name: 'x', password: 'x' } }, 'name'],
    [{ offers: { passkey: true }, errors: { passkey: 'x' } }, 'a button'],
  ])('begins the typing at what is wrong: %o', async (more, place) => {
    expect(focused(await signIn(more))).toBe(place);
  });
});

describe('the page for the password', () => {
  it.each([
    [{}, true, undefined],
    [{ current: 'x', repeated: 'x' }, true, 'current'],
    [{ password: 'x', repeated: 'x' }, true, 'password'],
    [{ repeated: 'x' }, true, 'repeated'],
    [{}, false, 'password'],
  ])('begins the typing at the first error: %o', async (errors, hasPassword, place) => {
    const page = PasswordPage({
      frame: FRAME,
      guidance: 'g',
      endOthers: true,
      hasPassword,
      errors,
    });
    expect(focused(await render(page))).toBe(place);
  });

  it('asks who has no password for none, and for no sessions that came in with it', async () => {
    const page = PasswordPage({ frame: FRAME, guidance: 'g', endOthers: true, hasPassword: false });
    const html = await render(page);
    expect(html).not.toContain('current-password');
    expect(html).not.toContain('end_others');
  });
});

describe('proofs', () => {
  it('offer the others as links, and ask for one at a time', async () => {
    const html = await render(
      SecondStepPage({
        frame: FRAME,
        factors: ['totp', 'passkey', 'recovery-code'],
        chosen: 'totp',
      }),
    );
    expect(html).toContain('href="/sign-in/second?proof=passkey"');
    expect(html).toContain('href="/sign-in/second?proof=recovery-code"');
    expect(html).not.toContain('proof=totp"');
    expect(html.match(/name="proof" value="totp"/g)).toHaveLength(1);
    expect(html).toContain('autocomplete="one-time-code"');
    expect(html).toContain('inputmode="numeric"');
  });

  it('are confirmed with all that the form has to say, on every way to do it', async () => {
    const html = await render(
      ConfirmPage({
        frame: FRAME,
        purpose: 'x',
        hidden: { action: 'end', id: 'a&b' },
        proofs: ['password', 'passkey'],
      }),
    );
    expect(html).toContain('href="/confirm?action=end&amp;id=a%26b&amp;proof=passkey"');
    expect(html).toContain('name="id" value="a&amp;b"');
  });

  it('by passkey say what is needed for it, until the script takes that away', async () => {
    const page = SecondStepPage({ frame: FRAME, factors: ['passkey'], chosen: 'passkey' });
    expect(await render(page)).toMatch(/data-without-passkeys[^>]*>A passkey needs JavaScript/);
  });
});

describe('pages of mails', () => {
  it('say the same for every address but the address', async () => {
    const sent = (address: string): Promise<string> =>
      render(MailSentPage({ frame: FRAME, purpose: 'sign-up', address, lasts: 1_800_000 }));
    const [one, other] = [await sent('one@example.org'), await sent('other@example.org')];
    expect(one.replaceAll('one@example.org', '')).toBe(other.replaceAll('other@example.org', ''));
    expect(one).toContain('30 minutes');
  });

  it('ask for one address, by the form of their purpose', async () => {
    for (const [purpose, action] of [
      ['sign-up', '/sign-up'],
      ['sign-in', '/sign-in/link'],
      ['reset', '/forgot'],
    ] as const) {
      const html = await render(AskAddressPage({ frame: FRAME, purpose, returnTo: '/' }));
      expect(html).toContain(`action="${action}"`);
      expect(html).toMatch(/<input[^>]*name="address" type="email"[^>]*autocomplete="email"/);
    }
  });

  it('of development have their addresses as links, and the rest as text', async () => {
    const text = 'Open\nhttp://localhost:4180/a?b=1&c=2\n<b>now</b> javascript:x()';
    const mail = { id: 'a', from: 'f', to: 't', subject: 's', sentAt: NOW, text };
    const html = await render(MailPage({ frame: FRAME, now: NOW, mail }));
    expect(html).toContain('<a href="http://localhost:4180/a?b=1&amp;c=2">');
    expect(html).toContain('&lt;b&gt;now&lt;/b&gt; javascript:x()');
    expect(html).not.toContain('href="javascript');
    expect(html).toContain('Development');
  });
});

describe('the page that leaves for a provider', () => {
  it('goes by itself, and has the way as a link for browsers that do not', async () => {
    const url = 'https://id.example.org/authorize?a=1&state=x;y';
    const html = await render(DeparturePage({ frame: FRAME, label: 'Example', url }));
    const escaped = url.replaceAll('&', '&amp;');
    expect(html).toContain(`<meta http-equiv="refresh" content="0; url=${escaped}"/>`);
    expect(html).toContain(`href="${escaped}"`);
  });
});

describe('recovery codes', () => {
  it('are in the link of the file as they are on the page, unseen by the server', async () => {
    const codes = ['aaaa-bbbb', 'cccc-dddd'];
    const html = await render(NewRecoveryCodesPage({ frame: FRAME, codes, madeAt: NOW }));
    const data = /href="data:text\/plain;charset=utf-8,([^"]+)" download=/.exec(html)?.[1] ?? '';
    expect(decodeURIComponent(data)).toBe(recoveryCodesText('ada@example.org', codes, NOW));
    expect(decodeURIComponent(data)).toContain('\r\naaaa-bbbb\r\ncccc-dddd\r\n');
    for (const code of codes) expect(html).toContain(`<code>${code}</code>`);
  });
});

describe('the passkeys page', () => {
  it('opens the field of the name that was refused, and no other', async () => {
    const passkey = { name: 'n', addedAt: NOW, lastUsedAt: null, backedUp: false, doubtful: false };
    const html = await render(
      PasskeysPage({
        frame: FRAME,
        now: NOW,
        passkeys: [
          { ...passkey, id: 'a' },
          { ...passkey, id: 'b' },
        ],
        suggestedName: 's',
        errors: { rename: { id: 'b', text: 'Give it a name.' } },
      }),
    );
    expect(html.match(/<details[^>]*\sopen=/g)).toHaveLength(1);
    expect(focused(html)).toBe('name-1');
  });
});
