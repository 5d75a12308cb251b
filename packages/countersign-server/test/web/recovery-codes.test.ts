import { describe, expect, it } from 'vitest';

import { askedIn } from './asked-in.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { NAME, openTestDoor, PASSWORD, signUp } from './door.js';
import type { Page } from './visitor.js';

const PATH = '/security/recovery-codes';
const MINUTE = 60_000;

function codesOn(page: Page): readonly string[] {
  return [...page.text.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code = '']) => code);
}

describe('recovery codes', () => {
  it('come with a second factor only', async () => {
    const visitor = await signUp(await openTestDoor());
    expect((await visitor.get(PATH)).location).toBe('/security');
    expect((await visitor.post(PATH)).location).toBe('/security');
    const text = 'Recovery codes come with your first passkey or authenticator app.';
    expect((await visitor.get('/security')).text).toContain(text);
  });

  it('are made anew by a form, after every proof, and shown this once (G81; 7.5.1)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const app = await addAuthenticatorApp(door);
    const page = await visitor.get(PATH);
    expect(page.text).toContain('10 codes are left');

    const { location } = await visitor.post(PATH);
    const asked = askedIn(location);
    const shown = await visitor.post('/confirm', { asked, proof: 'totp', code: app.nextCode() });
    expect(shown.status).toBe(200);
    const codes = codesOn(shown);
    expect(new Set(codes).size).toBe(10);
    expect(codes).not.toContain(app.recoveryCodes[0]);
    expect(shown.text).toContain(`For ${NAME}`);
    expect(shown.text).toContain('href="data:text/plain;charset=utf-8,');
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.headers.get('content-security-policy')).toContain("script-src 'self'");

    const reloaded = await visitor.post('/confirm', { asked, proof: 'totp', code: app.nextCode() });
    expect(reloaded.location).toBe('/security');
    expect(codesOn(await visitor.get(PATH))).toEqual([]);

    // Fresh now, so the next ones come at once, and end these.
    const next = codesOn(await visitor.post(PATH));
    expect(next).toHaveLength(10);
    door.clock.advance(10 * MINUTE);
    const again = askedIn((await visitor.post(PATH)).location);
    await visitor.post('/confirm', { asked: again, proof: 'password', password: PASSWORD });
    const give = (code = '') =>
      visitor.post('/confirm', { asked: again, proof: 'recovery-code', code });
    expect((await give(codes[0])).status).toBe(401);
    expect((await give(next[0])).status).toBe(200);
  });
});
