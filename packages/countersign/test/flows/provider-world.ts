// A shop where people sign in at real OpenID providers of this machine: the fixture's world, with round
// trips in one call, and returns that can be interrupted after they were judged.

import type { IdentityRecord } from '../../src/accounts/account.js';
import { createOidcProvider, type OidcProvider } from '../../src/accounts/oidc.js';
import type { Flows, FlowsOptions } from '../../src/flows/flows.js';
import type { ProviderPurpose } from '../../src/flows/provider-trip.js';
import type { TrustedProvider } from '../../src/flows/provider-options.js';
import {
  startOpenIdProvider,
  type OpenIdClaims,
  type OpenIdProvider,
} from '../services/openid-provider.js';
import { createWorld, ORIGIN, type Visitor, type World, type WorldOptions } from './fixture.js';

export type Finished = Awaited<ReturnType<Flows['providers']['finish']>>;

/** A provider that runs, and this side of it. */
export interface Site {
  readonly server: OpenIdProvider;
  readonly oidc: OidcProvider;
}

export async function startSite(name: string): Promise<Site> {
  const redirectUri = `${ORIGIN}/sign-in/${name}`;
  const server = await startOpenIdProvider({ redirectUris: [redirectUri] });
  const oidc = createOidcProvider({
    name,
    label: `The ${name}`,
    issuer: server.issuer,
    clientId: server.clientId,
    clientSecret: server.clientSecret,
    redirectUri,
    allowInsecure: true,
  });
  return { server, oidc };
}

export interface ProviderWorld extends World {
  /** Called after a return was judged, before anything comes of it. */
  readonly interrupt: { during: () => Promise<void> | void };
}

export function createProviderWorld(
  providers: readonly (Site | (Omit<TrustedProvider, 'provider'> & { readonly site: Site }))[],
  options: WorldOptions = {},
): ProviderWorld {
  const interrupt: ProviderWorld['interrupt'] = { during: () => undefined };
  const interrupted = ({ oidc }: Site): OidcProvider => ({
    ...oidc,
    async finish(input) {
      const result = await oidc.finish(input);
      await interrupt.during();
      return result;
    },
  });
  const list: NonNullable<FlowsOptions['providers']> = providers.map((given) => {
    if (!('site' in given)) return interrupted(given);
    const { site, ...trust } = given;
    return { provider: interrupted(site), ...trust };
  });
  const world = createWorld({ ...options, flows: { providers: list, ...options.flows } });
  return { ...world, interrupt };
}

/** What an account has of a person at a provider. */
export function identityOf({ server }: Site, subject: string): IdentityRecord {
  return { issuer: server.issuer, subject, label: `${subject}@example.test`, linkedAt: 0 };
}

export interface Trip {
  readonly site: Site;
  readonly purpose?: ProviderPurpose;
  /** Who is signed in at the provider. */
  readonly as: string;
  readonly claims?: OpenIdClaims;
  readonly remember?: boolean;
}

/** From the shop to the provider and back to its door: the URL of the return. */
export async function leave(
  world: World,
  visitor: Visitor,
  { site, purpose = 'sign-in', as, claims, remember = false }: Trip,
): Promise<string> {
  const provider = site.oidc.name;
  const begun = await visitor.visit((visit) =>
    world.flows.providers.begin(visit, { provider, purpose, remember }),
  );
  if (!begun.ok) throw new Error(begun.reason);
  site.server.signInAs(as, claims);
  return site.server.visit(begun.url);
}

export function arrive(world: World, visitor: Visitor, url: string): Promise<Finished> {
  return visitor.visit((visit) => world.flows.providers.finish(visit, { url }));
}

/** The whole round trip. */
export async function travel(world: World, visitor: Visitor, trip: Trip): Promise<Finished> {
  return arrive(world, visitor, await leave(world, visitor, trip));
}
