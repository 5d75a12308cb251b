import type { PasskeyRequestOptions } from 'countersign/accounts/passkeys';
import { describe, expect, it } from 'vitest';

import type {
  Deviation,
  SoftwareAuthenticator,
} from '../../../countersign/test/accounts/software-authenticator.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { NAME, openTestDoor, PASSWORD, signUp } from './door.js';
import { addPasskey } from './passkey.js';
import { Visitor, type Page } from './visitor.js';

const SESSION = '__Host-id';
const NO_PASSKEY = 'This passkey was not accepted.';

async function openDoorWithPasskey() {
  const door = await openTestDoor();
  const owner = await signUp(door);
  const authenticator = await addPasskey(door, owner);
  return { door, authenticator };
}

async function begin(visitor: Visitor, path = '/sign-in/passkey/begin') {
  const answer = await visitor.send(path, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', accept: 'application/json' },
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  return JSON.parse(answer.text) as PasskeyRequestOptions;
}

async function use(
  visitor: Visitor,
  authenticator: SoftwareAuthenticator,
  { fields = {}, deviation = {} }: { fields?: Record<string, string>; deviation?: Deviation } = {},
): Promise<Page> {
  const credential = JSON.stringify(authenticator.get(await begin(visitor), deviation));
  return visitor.post('/sign-in/passkey', { credential, remember: '', ...fields });
}

describe('signing in with a passkey', () => {
  it('is offered on the sign-in page, in the autofill of the name too', async () => {
    const door = await openTestDoor();
    const page = await new Visitor(door.app).get('/sign-in');
    expect(page.text).toContain('autocomplete="username webauthn"');
    expect(page.text).toContain('data-begin="/sign-in/passkey/begin"');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
  });

  it('says how long to wait when its network has begun too many', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (let page = 0; page < 1_000; page += 1) await begin(visitor);
    const answer = await visitor.send('/sign-in/passkey/begin', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', accept: 'application/json' },
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '600']);
    expect(JSON.parse(answer.text)).toEqual({
      message: 'Too many tries. Wait 10 minutes, then try again.',
    });
    expect((await visitor.get('/sign-in')).status).toBe(200);
  });

  it('leads to where the page was to lead, with no second step', async () => {
    const { door, authenticator } = await openDoorWithPasskey();
    const visitor = new Visitor(door.app);
    const page = await use(visitor, authenticator, { fields: { return_to: '/devices?a=b' } });
    expect([page.status, page.location]).toEqual([303, '/devices?a=b']);
    expect((await visitor.get('/devices')).status).toBe(200);
  });

  it('never leads to another server (3.7.2)', async () => {
    const { door, authenticator } = await openDoorWithPasskey();
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
      const page = await use(new Visitor(door.app), authenticator, { fields: { return_to: path } });
      expect(page.location).toBe('/');
    }
  });

  it('keeps the session when asked to', async () => {
    const { door, authenticator } = await openDoorWithPasskey();
    const page = await use(new Visitor(door.app), authenticator, { fields: { remember: 'yes' } });
    const cookie = page.headers.getSetCookie().find((line) => line.startsWith(SESSION));
    expect(cookie).toContain(`Max-Age=${30 * 24 * 3600};`);
  });

  it('is refused the same for one that nobody has, and without the person (G48)', async () => {
    const { door, authenticator } = await openDoorWithPasskey();
    const stranger = authenticator.clone();
    const options = await begin(new Visitor(door.app));
    const known = await use(new Visitor(door.app), authenticator, {
      deviation: { userVerified: false },
    });
    const visitor = new Visitor(door.app);
    const answer = stranger.get(await begin(visitor));
    const unknown = await visitor.post('/sign-in/passkey', {
      credential: JSON.stringify({ ...answer, id: options.challenge, rawId: options.challenge }),
      remember: '',
    });
    expect([known.status, known.text.includes(NO_PASSKEY)]).toEqual([401, true]);
    const bare = (page: Page) => ({ ...page, headers: [...page.headers].filter(notCookie) });
    expect(bare(unknown)).toEqual(bare(known));
  });

  it('opens once for one answer, and only in the browser that asked', async () => {
    const { door, authenticator } = await openDoorWithPasskey();
    const visitor = new Visitor(door.app);
    const credential = JSON.stringify(authenticator.get(await begin(visitor)));
    const elsewhere = new Visitor(door.app);
    await begin(elsewhere);
    const stolen = await elsewhere.post('/sign-in/passkey', { credential });
    expect(stolen.status).toBe(401);
    const copy = new Visitor(door.app);
    for (const [name, value] of visitor.jar) copy.jar.set(name, value);
    expect((await visitor.post('/sign-in/passkey', { credential })).status).toBe(303);
    const again = await copy.post('/sign-in/passkey', { credential });
    expect([again.status, copy.jar.has(SESSION)]).toEqual([422, false]);
    expect(again.text).toContain('That took too long.');
  });

  it.each(['', '{', 'null', '[]', '"x"', '{"id":1}', '{"id":"x","response":{}}'])(
    'is refused for %s in place of a credential, beside the button',
    async (credential) => {
      const door = await openTestDoor();
      const visitor = new Visitor(door.app);
      await begin(visitor);
      const page = await visitor.post('/sign-in/passkey', { credential });
      expect([401, 422]).toContain(page.status);
      expect(page.text).toMatch(/<p class="error" role="alert" data-trouble[^>]*>[^<]+<\/p>/);
      expect(page.text).toContain('<title>Error: Sign in');
    },
  );

  it('cannot be begun by another site, or by a link (csrf.md)', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const page = await visitor.send('/sign-in/passkey/begin', { method: 'POST', headers });
    expect(page.status).toBe(403);
    expect((await visitor.get('/sign-in/passkey/begin')).status).toBe(404);
    expect((await visitor.get('/sign-in/passkey')).location).toBe('/sign-in');
    expect(visitor.jar.size).toBe(0);
  });
});

describe('a passkey as the second step', () => {
  async function beginSignIn() {
    const { door, authenticator } = await openDoorWithPasskey();
    const visitor = new Visitor(door.app);
    const fields = { name: NAME, password: PASSWORD, return_to: '/devices' };
    expect((await visitor.post('/sign-in', fields)).location).toBe('/sign-in/second');
    return { door, authenticator, visitor };
  }

  it('is asked for first, and ends the sign-in', async () => {
    const { authenticator, visitor } = await beginSignIn();
    const page = await visitor.get('/sign-in/second');
    expect(page.text).toContain('data-begin="/sign-in/second/begin"');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const codes = await visitor.get('/sign-in/second?proof=recovery-code');
    expect(codes.headers.get('content-security-policy')).not.toContain('script-src');
    const options = await begin(visitor, '/sign-in/second/begin');
    // Holding it is enough: something else was proved already.
    const credential = JSON.stringify(authenticator.get(options, { userVerified: false }));
    const done = await visitor.post('/sign-in/second', { proof: 'passkey', credential });
    expect([done.status, done.location]).toEqual([303, '/devices']);
    expect((await visitor.get('/devices')).status).toBe(200);
  });

  it('says what is wrong, and lets it be tried again', async () => {
    const { authenticator, visitor } = await beginSignIn();
    const give = (credential: string) =>
      visitor.post('/sign-in/second', { proof: 'passkey', credential });
    expect((await give('')).status).toBe(422);
    const early = await give(JSON.stringify({ id: 'x' }));
    expect([early.status, early.text.includes('Press the button again.')]).toEqual([422, true]);
    const options = await begin(visitor, '/sign-in/second/begin');
    const wrong = await give(JSON.stringify(authenticator.get(options, { challenge: 'AAAA' })));
    expect([wrong.status, wrong.text.includes(NO_PASSKEY)]).toEqual([401, true]);
    const right = await begin(visitor, '/sign-in/second/begin');
    expect((await give(JSON.stringify(authenticator.get(right)))).location).toBe('/devices');
  });

  it('is begun for a sign-in that waits only: otherwise the script goes to its beginning', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const answer = await visitor.post('/sign-in/second/begin');
    expect([answer.status, answer.location]).toEqual([303, '/sign-in']);
  });

  it('is no way for an account without one, which the script is told', async () => {
    const { door } = await openDoorWithPasskey();
    expect(door.hasPasskeys).toBe(true);
    await signUp(door, { name: 'bob' });
    await addAuthenticatorApp(door, 'bob');
    const visitor = new Visitor(door.app);
    await visitor.post('/sign-in', { name: 'bob', password: PASSWORD });
    const answer = await visitor.post('/sign-in/second/begin');
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text)).toEqual({
      message: 'Your account has no passkey. Choose another way.',
    });
  });
});

function notCookie([name]: readonly [string, string]): boolean {
  return name !== 'set-cookie';
}
