// The doorkeeper with everything that it offers, and what its attackers know of it: the table of its
// routes, as the pages have it, so that a route that is added is attacked as well.

import { createPages } from '../../src/web/pages.js';
import { REPORTS_PATH } from '../../src/web/places.js';
import { renderProblems } from '../../src/web/problems.js';
import { openTestDoor, type Door, type TestDoorOptions } from '../web/door.js';
import { Visitor } from '../web/visitor.js';
import { standInProvider } from './stand-in-provider.js';

export const SESSION = '__Host-id';
export const WAITING = '__Host-second-factor';

/** With passkeys, a provider and the outbox, which only loopback addresses see. */
export function openHouse(options: TestDoorOptions = {}): Promise<Door> {
  return openTestDoor({ providers: [standInProvider()], ...options });
}

export interface Route {
  readonly method: string;
  /** With something in the place of each parameter. */
  readonly path: string;
}

/** All but the place for reports of browsers, which sees no cookie and no session: there, all may say anything. */
export async function routesOf(door: Door): Promise<readonly Route[]> {
  const problems = await renderProblems(door.assets.paths);
  const { routes } = createPages({ door, problems, headers: {} });
  const found = new Map<string, Route>();
  for (const { method, path } of routes) {
    const route = { method, path: path.replaceAll(/:\w+/g, '0') };
    if (method !== 'ALL' && path !== REPORTS_PATH) found.set(`${method} ${path}`, route);
  }
  return [...found.values()];
}

/** The same browser once more, or at another of several doors. */
export function copyOf(door: Door, { jar }: Visitor, address?: string): Visitor {
  const copy = new Visitor(door.app, address === undefined ? {} : { address });
  for (const [name, value] of jar) copy.jar.set(name, value);
  return copy;
}

/** Whether this browser is let in to a page of an account. */
export async function isIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get('/')).status === 200;
}

export async function userIdOf(door: Door, name: string): Promise<string> {
  const userId = await door.accounts.findUserId(name);
  if (userId === undefined) throw new Error(`Nobody is called ${name}`);
  return userId;
}

/** What may be asked for without being signed in. Every other path of the table is for who is. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([
  '/sign-in',
  '/sign-in/second',
  '/sign-in/second/begin',
  '/sign-in/cancel',
  '/sign-in/passkey',
  '/sign-in/passkey/begin',
  '/sign-in/provider',
  '/sign-in/provider/callback/0',
  '/sign-in/link',
  '/sign-in/link/sent',
  '/sign-in/link/open',
  '/sign-up',
  '/sign-up/sent',
  '/sign-up/finish',
  '/forgot',
  '/forgot/sent',
  '/forgot/finish',
  '/profile/addresses/verify',
  '/sign-out',
  '/outbox',
  '/outbox/0',
]);

/** Every field that a form here has, so that one request is all that a form could want. */
export const ALL_FIELDS: Readonly<Record<string, string>> = {
  name: 'ada@example.org',
  password: 'nine quiet lamps in rain',
  repeated: 'nine quiet lamps in rain',
  current: 'velvet otter paints slowly',
  address: 'mallory@evil.example',
  display_name: 'Mallory',
  confirmation: 'delete',
  end_others: 'yes',
  remember: 'yes',
  provider: 'guild',
  identity: '0',
  id: '0',
  asked: '0',
  token: '0',
  proof: 'totp',
  code: '000000',
  credential: '{}',
  return_to: '/',
};

/** What an attack may not have changed: accounts, sessions, mails, and what was done. */
export async function stateOf(door: Door, names: readonly string[]): Promise<unknown> {
  await door.flows.settled();
  const people = names.map(async (name) => {
    const userId = await userIdOf(door, name);
    const sessions = await door.sessions.list(userId);
    return { user: await door.accounts.findUser(userId), sessions: sessions.map(({ id }) => id) };
  });
  return { people: await Promise.all(people), mails: door.mails.length };
}
