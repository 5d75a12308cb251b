// The page of sign-in services, with an OpenID provider that runs on this machine.

import { createOidcProvider } from 'countersign/accounts/oidc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import {
  startOpenIdProvider,
  type OpenIdProvider,
} from '../../../countersign/test/services/openid-provider.js';
import { askedIn } from './asked-in.js';
import { openTestDoor, PASSWORD, signUp, type Door } from './door.js';
import { ORIGIN, type Page, type Visitor } from './visitor.js';

const PATH = '/security/providers';
const CALLBACK = '/sign-in/provider/callback';
const MINUTE = 60_000;

let server: OpenIdProvider;

beforeAll(async () => {
  server = await startOpenIdProvider({ redirectUris: [`${ORIGIN}${CALLBACK}`] });
});

afterAll(() => server.stop());

async function openProviders(issuer = server.issuer): Promise<{ door: Door; visitor: Visitor }> {
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
  const door = await openTestDoor({ providers: [{ provider }] });
  return { door, visitor: await signUp(door) };
}

/** Follows a page that leaves by itself, and comes back. */
async function travel(visitor: Visitor, departure: Page, as: string): Promise<Page> {
  expect(departure.text).toContain('On to The Guild');
  const target = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(departure.text)?.[1] ?? '';
  server.signInAs(as);
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
