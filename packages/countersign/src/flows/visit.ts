// One request as the flows work with it: its session, and where cookies are read from and written to.
// The same for every framework: no adapter has to know the flows.

import type { CookieTarget } from '../cookie/response.js';
import type { CookieSource } from '../cookie/source.js';
import type { Session } from '../session/session.js';

/** What the flows use of a session, whatever data it carries. */
export type VisitSession = Pick<
  Session<never>,
  | 'id'
  | 'userId'
  | 'factors'
  | 'client'
  | 'beginSignIn'
  | 'signIn'
  | 'reauthenticate'
  | 'signOut'
  | 'list'
  | 'end'
  | 'endOthers'
>;

/**
 * Whether a person wants to be remembered, where plain JavaScript hands on what its form sent: a box that
 * is ticked is the text `on` there.
 */
export function wantsRemembering({ remember }: { readonly remember?: unknown }): boolean {
  return Boolean(remember);
}

/** `{ session: request.session, request, response }` in Express; a Web Request and Headers elsewhere. */
export interface Visit {
  readonly session: VisitSession;
  /** Where cookies are read from. */
  readonly request: CookieSource;
  /** Where cookies are written to, before the response begins. */
  readonly response: CookieTarget;
}
