// What no answer and no line of the log may have in it: the token of the session anywhere but in its own
// cookie, and leave for other origins to read along.

import { describe, expect, it } from 'vitest';

import { openTestDoor, signIn, signUp, type Door } from './door.js';
import { ORIGIN, type Visitor } from './visitor.js';

const PATHS = ['/', '/devices', '/password', '/confirm', '/sign-in', '/sign-up', '/nothing'];

const MESSAGES = ['GET', 'HEAD', 'POST', 'OPTIONS'] as const;

function tokenOf({ jar }: Visitor): string {
  const token = jar.get('__Host-id') ?? '';
  expect(token).toHaveLength(80);
  return token;
}

async function signedIn(): Promise<{ readonly door: Door; readonly visitor: Visitor }> {
  const door = await openTestDoor();
  await signUp(door);
  return { door, visitor: await signIn(door) };
}

describe('the token of a session', () => {
  it('is in no page, no header but Set-Cookie, and no URL (3.3.4, 14.2.1; A14)', async () => {
    const { visitor } = await signedIn();
    const secret = tokenOf(visitor).slice(24);
    for (const path of PATHS) {
      const page = await visitor.get(path);
      const headers = [...page.headers].filter(([name]) => name !== 'set-cookie');
      expect(page.text, path).not.toContain(secret);
      expect(JSON.stringify(headers), path).not.toContain(secret);
    }
    expect(tokenOf(visitor).slice(24)).toBe(secret);
  });

  it('is in no line of the log, whatever becomes of the session (16.2.5; A74)', async () => {
    const { door, visitor } = await signedIn();
    const secret = tokenOf(visitor).slice(24);
    const forged = `${tokenOf(visitor).slice(0, 24)}${'A'.repeat(56)}`;
    const other = await signIn(door);
    other.jar.set('__Host-id', forged);
    await other.get('/');
    await visitor.get('/');
    await visitor.post('/sign-out');
    const events = door.entries.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['signed-in', 'unknown-token', 'session-ended']));
    const log = JSON.stringify(door.entries);
    for (const text of [secret, 'A'.repeat(56)]) expect(log).not.toContain(text);
  });
});

describe('another origin', () => {
  it('is allowed to read no answer, whoever it is (3.4.2)', async () => {
    const { visitor } = await signedIn();
    const { pathname } = new URL('/assets/none.css', ORIGIN);
    for (const origin of ['https://evil.example', 'null', ORIGIN]) {
      for (const method of MESSAGES) {
        for (const path of [...PATHS, pathname, '/healthz']) {
          const page = await visitor.send(path, {
            method,
            headers: { origin, 'access-control-request-method': 'POST' },
          });
          const names = [...page.headers.keys()];
          expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
        }
      }
    }
  });

  it('is allowed to embed nothing (3.4.6, 3.5.8)', async () => {
    const { visitor } = await signedIn();
    const { text } = await visitor.get('/');
    const [asset = ''] = /\/assets\/[\w.-]+/.exec(text) ?? [];
    for (const path of [...PATHS, asset, '/healthz']) {
      const { headers } = await visitor.get(path);
      expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
    }
  });
});
