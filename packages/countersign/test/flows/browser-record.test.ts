// What waits for the next request of one browser: a sign-in without its second factor, a passkey ceremony,
// a round trip to a provider. Each is good once, in the browser where it began, and as nothing else
// (ASVS 6.5.1, 6.7.2; RFC 9700 §4.7).

import { describe, expect, it } from 'vitest';

import { createExpectation } from '../../src/accounts/oidc-expectation.js';
import type { OidcProvider } from '../../src/accounts/oidc.js';
import type { Visit } from '../../src/flows/visit.js';
import { ADDRESS, PASSWORD, type Visitor, type World } from './fixture.js';
import { createPasskeyWorld } from './passkey-world.js';
import { TOTP } from './reset-steps.js';

interface Waiting {
  readonly cookie: string;
  readonly seconds: number;
  readonly begin: (world: World, visit: Visit) => Promise<unknown>;
  /** Ends it, in whatever way: whether there was one. */
  readonly end: (world: World, visit: Visit) => Promise<'there' | 'gone'>;
}

const WAITING: readonly Waiting[] = [
  {
    cookie: '__Host-second-factor',
    seconds: 600,
    begin: ({ flows }, visit) =>
      flows.signIn.withPassword(visit, { name: ADDRESS, password: PASSWORD }),
    async end({ flows }, visit) {
      const waiting = await flows.signIn.waiting(visit);
      await flows.signIn.abandon(visit);
      return waiting === undefined ? 'gone' : 'there';
    },
  },
  {
    cookie: '__Host-passkey',
    seconds: 300,
    begin: ({ flows }, visit) => flows.passkeys.beginSignIn(visit),
    end: async ({ flows }, visit) => seen(await flows.passkeys.signIn(visit, { response: {} })),
  },
  {
    cookie: '__Host-provider',
    seconds: 600,
    begin: ({ flows }, visit) =>
      flows.providers.begin(visit, { provider: 'example', purpose: 'sign-in' }),
    end: async ({ flows }, visit) => seen(await flows.providers.finish(visit, { url: '/back' })),
  },
];

describe.each(WAITING)('$cookie', ({ cookie, seconds, begin, end }) => {
  const others = WAITING.filter((each) => each.cookie !== cookie);

  it('is of this host alone, out of reach of scripts, and lives as long as what it names', async () => {
    const { world, visitor } = await setUp();
    const { cookies } = await visitor.send((visit) => begin(world, visit));
    const [field = ''] = cookies.filter((each) => each.startsWith(`${cookie}=`));
    expect(field.replace(/=[\w-]{43};/, '=a token;')).toBe(
      `${cookie}=a token; Max-Age=${seconds}; Path=/; Secure; HttpOnly; SameSite=Lax`,
    );
  });

  it('is cleared by its end, and was good for one', async () => {
    const { world, visitor } = await setUp();
    await visitor.visit((visit) => begin(world, visit));
    const token = visitor.jar.get(cookie) ?? '';
    expect(await visitor.visit((visit) => end(world, visit))).toBe('there');
    expect([...visitor.jar.keys()]).not.toContain(cookie);
    visitor.jar.set(cookie, token);
    expect(await visitor.visit((visit) => end(world, visit))).toBe('gone');
    expect([...visitor.jar.keys()]).not.toContain(cookie);
  });

  it.each(others)('is nothing that was begun for $cookie', async (other) => {
    const { world, visitor } = await setUp();
    await visitor.visit((visit) => other.begin(world, visit));
    const token = visitor.jar.get(other.cookie) ?? '';
    visitor.jar.set(cookie, token);
    expect(await visitor.visit((visit) => end(world, visit))).toBe('gone');
    expect(visitor.jar.get(other.cookie)).toBe(token);
    expect(await visitor.visit((visit) => other.end(world, visit))).toBe('there');
  });
});

async function setUp(): Promise<{ readonly world: World; readonly visitor: Visitor }> {
  const world = createPasskeyWorld({ flows: { providers: [PROVIDER] } });
  await world.addAccount({ totp: TOTP });
  return { world, visitor: world.visitor() };
}

/** Knows nobody. */
const PROVIDER: OidcProvider = {
  name: 'example',
  label: 'Example',
  issuer: 'https://id.example',
  begin: async () => ({
    ok: true,
    url: 'https://id.example/authorize',
    expectation: createExpectation('example', null, 0),
  }),
  finish: async () => ({ ok: false, reason: 'refused', detail: 'nobody' }),
};

function seen(outcome: { readonly ok: boolean; readonly reason?: string }): 'there' | 'gone' {
  return outcome.reason === 'expired' ? 'gone' : 'there';
}
