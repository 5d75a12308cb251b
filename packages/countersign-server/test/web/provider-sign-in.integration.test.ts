// The pages of OpenID providers, at one that runs on this machine.

import { createOidcProvider } from 'countersign/accounts/oidc';
import type { TrustedProvider } from 'countersign/flows';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import {
  startOpenIdProvider,
  type OpenIdClaims,
  type OpenIdProvider,
} from '../../../countersign/test/services/openid-provider.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { NAME, openTestDoor, signUp, type Door } from './door.js';
import { visitFlow } from './flow-visit.js';
import { ORIGIN, Visitor, type Page } from './visitor.js';

const CALLBACK = '/sign-in/provider/callback/guild';
const SESSION = '__Host-id';
const ADA: OpenIdClaims = { email: NAME, email_verified: true, name: 'Ada King' };

let server: OpenIdProvider;

beforeAll(async () => {
  server = await startOpenIdProvider({ redirectUris: [`${ORIGIN}${CALLBACK}`] });
});

afterAll(() => server.stop());

function provider(fields: Partial<{ issuer: string; createsAccounts: boolean }> = {}) {
  const { issuer = server.issuer, createsAccounts = false } = fields;
  const { clientId, clientSecret } = server;
  const trusted: TrustedProvider = {
    provider: createOidcProvider({
      name: 'guild',
      label: 'The <Guild>',
      issuer,
      clientId,
      clientSecret,
      redirectUri: `${ORIGIN}${CALLBACK}`,
      allowInsecure: true,
    }),
    createsAccounts,
  };
  return trusted;
}

/** Presses the button on the sign-in page. */
async function leave(visitor: Visitor, fields: Record<string, string> = {}): Promise<string> {
  const page = await visitor.post('/sign-in/provider', { provider: 'guild', ...fields });
  expect(page.status).toBe(200);
  expect(page.text).toContain('On to The &lt;Guild&gt;');
  const target = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(page.text)?.[1];
  return (target ?? '').replaceAll('&amp;', '&');
}

/** There and back again. */
async function travel(
  visitor: Visitor,
  { as, claims, fields }: { as: string; claims?: OpenIdClaims; fields?: Record<string, string> },
): Promise<Page> {
  const target = await leave(visitor, fields);
  server.signInAs(as, claims);
  return arrive(visitor, await server.visit(target));
}

function arrive(visitor: Visitor, returned: string): Promise<Page> {
  const { pathname, search } = new URL(returned);
  expect(pathname).toBe(CALLBACK);
  // As a browser comes from another site.
  return visitor.send(`${pathname}${search}`, {
    method: 'GET',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  });
}

/** Somebody whose account is linked with who they are at the provider. */
async function linkedOwner(door: Door, as: string): Promise<Visitor> {
  const owner = await signUp(door);
  const begun = await visitFlow(door, owner, (visit) =>
    door.flows.providers.begin(visit, { provider: 'guild', purpose: 'link' }),
  );
  if (!begun.ok) throw new Error(begun.reason);
  owner.jar.set('__Host-departed-to', 'guild');
  server.signInAs(as);
  const page = await arrive(owner, await server.visit(begun.url));
  expect([page.status, page.location]).toEqual([303, '/security/providers']);
  return owner;
}

describe('signing in at a provider', () => {
  it('is offered by its label, and comes back to where the page was to lead', async () => {
    const door = await openTestDoor({ providers: [provider({ createsAccounts: true })] });
    const visitor = new Visitor(door.app);
    expect((await visitor.get('/sign-in')).text).toContain('Continue with The &lt;Guild&gt;');
    const fields = { return_to: '/devices?a=b' };
    const page = await travel(visitor, { as: 'new-here', claims: ADA, fields });
    expect([page.status, page.location]).toEqual([303, '/devices?a=b']);
    expect((await visitor.get('/devices')).status).toBe(200);
    expect([...visitor.jar.keys()].toSorted()).toEqual(['__Host-device', SESSION]);
    const again = await travel(new Visitor(door.app), { as: 'new-here', claims: ADA });
    expect(again.location).toBe('/');
  });

  it('never leads to another server, whatever the cookie says (3.7.2)', async () => {
    const door = await openTestDoor({ providers: [provider({ createsAccounts: true })] });
    const visitor = new Visitor(door.app);
    const target = await leave(visitor, { return_to: '//evil.example' });
    visitor.jar.set('__Host-return-to', Buffer.from('//evil.example').toString('base64url'));
    server.signInAs('new-here', ADA);
    expect((await arrive(visitor, await server.visit(target))).location).toBe('/');
  });

  it('takes what a provider says at its own address only, so that none answers for another', async () => {
    const door = await openTestDoor({ providers: [provider({ createsAccounts: true })] });
    const visitor = new Visitor(door.app);
    const target = await leave(visitor);
    server.signInAs('new-here', ADA);
    const { search } = new URL(await server.visit(target));
    const page = await visitor.get(`/sign-in/provider/callback/another${search}`);
    expect(page.status).toBe(403);
    expect(visitor.jar.has(SESSION)).toBe(false);
  });

  it('makes no account unless that is configured', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    const visitor = new Visitor(door.app);
    const page = await travel(visitor, { as: 'stranger', claims: ADA });
    expect(page.status).toBe(403);
    expect(page.text).toContain('No account here is linked with yours at The &lt;Guild&gt;.');
    expect(visitor.jar.has(SESSION)).toBe(false);
  });

  it('takes no account by its address: linking is for who is signed in (6.8.1)', async () => {
    const door = await openTestDoor({ providers: [provider({ createsAccounts: true })] });
    await signUp(door);
    const visitor = new Visitor(door.app);
    const page = await travel(visitor, { as: 'somebody-else', claims: ADA });
    expect([page.status, page.text.includes('Sign in first, then link')]).toEqual([403, true]);
    expect(visitor.jar.has(SESSION)).toBe(false);
  });

  it('leads to the second step where the account has one', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    await linkedOwner(door, 'ada');
    const app = await addAuthenticatorApp(door);
    const visitor = new Visitor(door.app);
    const page = await travel(visitor, { as: 'ada', fields: { return_to: '/devices' } });
    expect([page.location, visitor.jar.has(SESSION)]).toEqual(['/sign-in/second', false]);
    const done = await visitor.post('/sign-in/second', { proof: 'totp', code: app.nextCode() });
    expect(done.location).toBe('/devices');
  });

  it('says so when the person or the provider declines', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    const visitor = new Visitor(door.app);
    const target = await leave(visitor);
    server.deny();
    const page = await arrive(visitor, await server.visit(target));
    expect([page.status, page.text.includes('You were not signed in')]).toEqual([403, true]);
  });

  it('takes a return once, and only in the browser that left', async () => {
    const door = await openTestDoor({ providers: [provider({ createsAccounts: true })] });
    const visitor = new Visitor(door.app);
    const target = await leave(visitor);
    server.signInAs('careful', { ...ADA, email: 'careful@example.org' });
    const returned = await server.visit(target);
    const other = new Visitor(door.app);
    const stolen = await arrive(other, returned);
    expect([stolen.status, other.jar.has(SESSION)]).toEqual([403, false]);
    expect(stolen.text).toContain('That answer was not accepted');
    const copy = new Visitor(door.app);
    for (const [name, value] of visitor.jar) copy.jar.set(name, value);
    expect((await arrive(visitor, returned)).location).toBe('/');
    expect([(await arrive(copy, returned)).status, copy.jar.has(SESSION)]).toEqual([403, false]);
  });

  it('says how long to wait when too many have set out from this network', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    const visitor = new Visitor(door.app);
    for (let tries = 0; tries < 1_000; tries += 1) {
      const begun = await visitFlow(door, visitor, (visit) =>
        door.flows.providers.begin(visit, { provider: 'guild', purpose: 'sign-in' }),
      );
      expect(begun.ok).toBe(true);
    }
    const page = await visitor.post('/sign-in/provider', { provider: 'guild' });
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '600']);
    expect(page.text).toContain('Too many at once');
    expect(page.text).toContain('Wait 10 minutes, then try again.');
  });

  it('says so when the provider does not answer', async () => {
    const issuer = `http://127.0.0.1:${await freePort()}`;
    const door = await openTestDoor({ providers: [provider({ issuer })] });
    const page = await new Visitor(door.app).post('/sign-in/provider', { provider: 'guild' });
    expect([page.status, page.text.includes('cannot be reached just now')]).toEqual([503, true]);
  });

  it('is begun by a form of this site only, for a provider that there is (csrf.md)', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    const visitor = new Visitor(door.app);
    expect((await visitor.post('/sign-in/provider', { provider: 'none' })).status).toBe(404);
    expect((await visitor.get('/sign-in/provider?provider=guild')).location).toBe('/sign-in');
    const forged = await visitor.send('/sign-in/provider', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      body: new URLSearchParams({ provider: 'guild' }),
    });
    expect(forged.status).toBe(403);
    const none = new Visitor((await openTestDoor()).app);
    expect((await none.get('/sign-in')).text).not.toContain('Continue with');
    for (const path of ['/sign-in/provider', CALLBACK])
      expect((await none.get(path)).status).toBe(404);
  });
});

describe('linking with a provider', () => {
  it('says that it is done, and to which', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    const owner = await linkedOwner(door, 'ada-2');
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    expect((await door.accounts.findUser(userId))?.identities).toHaveLength(1);
    expect((await owner.get('/')).text).toContain('The &lt;Guild&gt; is linked.');
  });

  it('is refused where nobody is signed in any more', async () => {
    const door = await openTestDoor({ providers: [provider()] });
    const owner = await signUp(door);
    const begun = await visitFlow(door, owner, (visit) =>
      door.flows.providers.begin(visit, { provider: 'guild', purpose: 'link' }),
    );
    await owner.post('/sign-out');
    server.signInAs('ada-3');
    const page = await arrive(owner, await server.visit(begun.ok ? begun.url : ''));
    expect([page.status, page.location]).toEqual([303, '/sign-in?notice=ended']);
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    expect((await door.accounts.findUser(userId))?.identities).toEqual([]);
  });
});
