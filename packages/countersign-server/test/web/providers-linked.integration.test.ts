// The page of sign-in services, with an OpenID provider that runs on this machine.

import { createOidcProvider } from 'countersign/accounts/oidc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import {
  startOpenIdProvider,
  type OpenIdClaims,
  type OpenIdProvider,
} from '../../../countersign/test/services/openid-provider.js';
import { askedIn } from './asked-in.js';
import { openTestDoor, OTHER_PASSWORD, PASSWORD, signUp, type Door } from './door.js';
import { ORIGIN, Visitor, type Page } from './visitor.js';

const PATH = '/security/providers';
const CALLBACK = '/sign-in/provider/callback/guild';
const MINUTE = 60_000;

let server: OpenIdProvider;

beforeAll(async () => {
  server = await startOpenIdProvider({ redirectUris: [`${ORIGIN}${CALLBACK}`] });
});

afterAll(() => server.stop());

async function openProviders(issuer = server.issuer): Promise<{ door: Door; visitor: Visitor }> {
  const door = await openGuildDoor(issuer);
  return { door, visitor: await signUp(door) };
}

function openGuildDoor(issuer: string): Promise<Door> {
  const { clientId, clientSecret } = server;
  const provider = createOidcProvider({
    name: 'guild',
    label: 'The Guild',
    issuer,
    clientId,
    clientSecret,
    redirectUri: `${ORIGIN}${CALLBACK}`,
    allowInsecure: true,
  });
  return openTestDoor({ providers: [{ provider, createsAccounts: true }] });
}

/** Follows a page that leaves by itself, and comes back. */
async function travel(
  visitor: Visitor,
  departure: Page,
  as: string,
  claims?: OpenIdClaims,
): Promise<Page> {
  expect(departure.text).toContain('On to The Guild');
  const target = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(departure.text)?.[1] ?? '';
  server.signInAs(as, claims);
  const { pathname, search } = new URL(await server.visit(target.replaceAll('&amp;', '&')));
  return visitor.send(`${pathname}${search}`, {
    method: 'GET',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  });
}

function identityOn(page: Page): string {
  return /name="identity" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
}

describe('the sign-in services of an account', () => {
  it('are linked by a journey to the provider, and unlinked', async () => {
    const { visitor } = await openProviders();
    expect((await visitor.get('/security')).text).toContain('Sign-in services');
    expect((await visitor.get(PATH)).text).toContain('None is linked.');
    const departure = await visitor.post(`${PATH}/link`, { provider: 'guild' });
    expect((await travel(visitor, departure, 'ada')).location).toBe(PATH);
    const linked = await visitor.get(PATH);
    expect(linked.text).toContain('The Guild is linked.');
    const identity = identityOn(linked);
    expect(identity).toBe(`${server.issuer} ada`);

    await visitor.post(`${PATH}/unlink`, { identity: 'https://elsewhere.example ada' });
    expect((await visitor.get(PATH)).text).toContain('That was unlinked already.');
    await visitor.post(`${PATH}/unlink`, { identity });
    const page = await visitor.get(PATH);
    expect(page.text).toContain('is not linked any more.');
    expect(identityOn(page)).toBe('');
  });

  it('take a fresh proof, and go on from there (7.5.1)', async () => {
    const { door, visitor } = await openProviders();
    const prove = (asked: string): Promise<Page> =>
      visitor.post('/confirm', { asked, proof: 'password', password: PASSWORD });
    door.clock.advance(10 * MINUTE);
    const link = askedIn((await visitor.post(`${PATH}/link`, { provider: 'guild' })).location);
    expect((await travel(visitor, await prove(link), 'bea')).location).toBe(PATH);
    const identity = identityOn(await visitor.get(PATH));

    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.post(`${PATH}/unlink`, { identity });
    expect((await visitor.get(location ?? '')).text).toMatch(/to unlink [^<]+\./);
    expect((await prove(askedIn(location))).location).toBe(PATH);
    expect(identityOn(await visitor.get(PATH))).toBe('');
  });

  it('say so when there is no such provider, and when it does not answer', async () => {
    const { visitor } = await openProviders(`http://localhost:${await freePort()}`);
    expect((await visitor.post(`${PATH}/link`, { provider: 'nobody' })).location).toBe(PATH);
    expect((await visitor.get(PATH)).text).toContain('There is no such sign-in service here.');
    expect((await visitor.post(`${PATH}/link`, { provider: 'guild' })).status).toBe(503);
  });
});

describe('an account that a provider made', () => {
  const CLAIMS: OpenIdClaims = { email: 'cleo@guild.example', email_verified: true };

  async function openCleo(): Promise<{ door: Door; visitor: Visitor }> {
    const door = await openGuildDoor(server.issuer);
    const visitor = new Visitor(door.app);
    const departure = await visitor.post('/sign-in/provider', { provider: 'guild' });
    expect((await travel(visitor, departure, 'cleo', CLAIMS)).location).toBe('/');
    return { door, visitor };
  }

  it('is confirmed by the provider, and what was asked for waits for a click', async () => {
    const { door, visitor } = await openCleo();
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.get('/password');
    const asked = askedIn(location);
    const question = await visitor.get(location ?? '');
    expect(question.text).toContain('Show who you are once more to choose a password.');
    expect(question.text).toContain('Confirm with The Guild');

    const departure = await visitor.post('/confirm/provider', { asked, provider: 'guild' });
    expect((await travel(visitor, departure, 'cleo', CLAIMS)).location).toBe(location);
    expect((await visitor.get(location ?? '')).location).toBe('/password');
    expect((await visitor.get('/password')).text).toContain('Set a password');
  });

  it('is not confirmed by somebody else there, nor for nothing', async () => {
    const { door, visitor } = await openCleo();
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.get('/password');
    const asked = askedIn(location);
    const departure = await visitor.post('/confirm/provider', { asked, provider: 'guild' });
    expect((await travel(visitor, departure, 'dora')).status).toBe(403);
    expect((await visitor.get(location ?? '')).status).toBe(200);
    const none = await visitor.post('/confirm/provider', { asked: 'x', provider: 'guild' });
    expect(none.location).toBe('/security');
    const nobody = await visitor.post('/confirm/provider', { asked, provider: 'nobody' });
    expect(nobody.location).toBe(location);
  });

  it('gets a first password without one to type before it', async () => {
    const { visitor } = await openCleo();
    const page = await visitor.get('/password');
    expect(page.text).not.toContain('name="current"');
    const wrong = await visitor.post('/password', { password: OTHER_PASSWORD, repeated: 'x' });
    expect([wrong.status, wrong.text.includes('Set a password')]).toEqual([422, true]);
    const fields = { password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    expect((await visitor.post('/password', fields)).location).toBe('/security');
    expect((await visitor.get('/security')).text).toContain('You have a password now.');
    expect((await visitor.get('/password')).text).toContain('name="current"');
  });

  it('signs in again where only a mail is left to prove it', async () => {
    const { door, visitor } = await openCleo();
    const identity = identityOn(await visitor.get(PATH));
    expect((await visitor.post(`${PATH}/unlink`, { identity })).location).toBe(PATH);
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.get('/security/authenticator');
    const question = await visitor.get(location ?? '');
    expect(question.text).toContain('Sign in again to go on');
    const out = await visitor.post('/confirm/sign-in-again', { asked: askedIn(location) });
    expect(out.location).toMatch(/^\/sign-in\?return_to=%2Fsecurity%2Fauthenticator&/);
    expect((await visitor.get('/')).status).toBe(303);
  });
});
