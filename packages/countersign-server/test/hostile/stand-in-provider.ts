// An OpenID provider without a network, for what is about this side of the trip. It says of a person
// whatever the return says. The real one is met in web/provider-sign-in.integration.test.ts.

import { randomBytes } from 'node:crypto';

import type { OidcExpectation, ProviderIdentity } from 'countersign/accounts/oidc';
import type { TrustedProvider } from 'countersign/flows';

const ISSUER = 'https://guild.example';
const CALLBACK = '/sign-in/provider/callback/guild';

export function standInProvider(): TrustedProvider {
  return {
    createsAccounts: true,
    provider: {
      name: 'guild',
      label: 'The Guild',
      issuer: ISSUER,
      begin() {
        const state = randomBytes(32).toString('base64url');
        const url = `${ISSUER}/authorize?state=${state}`;
        return Promise.resolve({ ok: true, url, expectation: expectationOf(state) });
      },
      finish({ expectation, url }) {
        const { searchParams } = new URL(url, ISSUER);
        if (stateOf(expectation) !== searchParams.get('state'))
          return Promise.resolve({ ok: false, reason: 'refused', detail: 'another state' });
        return Promise.resolve({ ok: true, identity: identityOf(searchParams.get('as') ?? '') });
      },
    },
  };
}

/** The path of the return of somebody who was sent away by this page. */
export function returnFrom(departure: string, as: string): string {
  const state = /authorize\?state=([\w-]+)/.exec(departure)?.[1];
  if (state === undefined) throw new Error(`Nobody is sent away by: ${departure}`);
  return `${CALLBACK}?${new URLSearchParams({ state, as }).toString()}`;
}

function expectationOf(state: string): OidcExpectation {
  const unused = { nonce: '', codeVerifier: '', maxAge: null, startedAt: 0 };
  return { ...unused, provider: 'guild', state };
}

function stateOf(expectation: unknown): unknown {
  return typeof expectation === 'object' && expectation !== null && 'state' in expectation
    ? expectation.state
    : undefined;
}

function identityOf(subject: string): ProviderIdentity {
  return {
    issuer: ISSUER,
    subject,
    email: `${subject}@guild.example`,
    emailVerified: true,
    name: subject,
    acr: null,
    amr: [],
    authTime: null,
  };
}
