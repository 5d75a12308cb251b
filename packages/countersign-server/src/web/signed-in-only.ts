// Lets a handler run only for who is signed in, with an account that still stands.

import type { User } from 'countersign/accounts';

import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { farewellFor, signInPath } from './farewell.js';
import { seeOther } from './reply.js';
import { readReturnTo } from './return-to.js';
import { visitOf } from './visit.js';

export type UserHandler = (c: PageContext, user: User) => Response | Promise<Response>;

/** The handler for everyone: others are sent to sign in, and back afterwards. */
export function signedInOnly(
  door: Doorkeeper,
  handle: UserHandler,
): (c: PageContext) => Promise<Response> {
  return async (c) => {
    const { session } = c.env;
    const farewell = farewellFor(session.explain().outcome);
    if (session.userId !== null) {
      const user = await door.flows.account.user(visitOf(c));
      if (user !== undefined) return handle(c, user);
      // Its account is gone or was disabled, so this session should have ended with it (ASVS 7.4.2).
      await session.signOut();
    }
    return seeOther(c, signInPath({ returnTo: placeOf(c), farewell }));
  };
}

/** Where the forms stand, the longest paths first. */
const PLACES = [
  '/security/authenticator',
  '/security/passkeys',
  '/security/providers',
  '/security/recovery-codes',
  '/devices',
  '/password',
  '/profile',
] as const;

/** The page to come back to: a form's is the page that it stands on. */
function placeOf(c: PageContext): string {
  const { pathname, search } = new URL(c.req.url);
  // What was asked for has ended with the session that kept it.
  if (pathname.startsWith('/confirm')) return '/security';
  if (c.req.method === 'GET' || c.req.method === 'HEAD')
    return readReturnTo(`${pathname}${search}`);
  return PLACES.find((place) => pathname === place || pathname.startsWith(`${place}/`)) ?? '/';
}
