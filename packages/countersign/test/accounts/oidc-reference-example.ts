// The example of docs/reference/accounts-oidc.md, word for word but for where it imports from.

import {
  createOidcProvider,
  providerKey,
  type OidcExpectation,
  type OidcProvider,
} from '../../src/accounts/oidc.js';

export function exampleId(issuer: string, clientId: string, clientSecret: string): OidcProvider {
  return createOidcProvider({
    name: 'example-id',
    label: 'Example ID',
    issuer,
    clientId,
    clientSecret,
    redirectUri: 'http://localhost:3000/sign-in/example-id',
    allowInsecure: true, // for a provider by http on this machine
  });
}

/** Where one browser's sign-ins wait for its return. */
export const waiting = new Map<string, OidcExpectation>();

export async function leave(provider: OidcProvider, browser: string): Promise<string> {
  const begun = await provider.begin();
  if (!begun.ok) return '/sign-in?later'; // the provider is down: 503
  waiting.set(browser, begun.expectation);
  return begun.url; // 303 See Other
}

export async function arrive(
  provider: OidcProvider,
  browser: string,
  url: string,
): Promise<string> {
  const expectation = waiting.get(browser);
  waiting.delete(browser); // used once, whatever comes of it
  const result = await provider.finish({ expectation, url });
  if (!result.ok) return `No: ${result.reason}`;
  return `This is ${providerKey(result.identity)}`;
}
