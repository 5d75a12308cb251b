// What every flow works with: the parts of the accounts, the sessions, and the cookies that are made of
// both. Put together once by `createFlows`.

import type { AccountParts } from '../accounts/account-parts.js';
import type { Caller } from '../accounts/caller.js';
import type { OneTimeTokens } from '../accounts/one-time-tokens.js';
import type { PasskeyCeremonies } from '../accounts/passkeys.js';
import type { Sessions } from '../session/sessions.js';
import type { Background } from './background.js';
import type { DeviceCookie, DeviceOwner } from './device-cookie.js';
import type { TokenCookie } from './flow-cookies.js';
import type { Post } from './post.js';
import type { FlowProvider } from './provider-options.js';
import { sessionReference } from './session-reference.js';
import type { Visit } from './visit.js';

/** What the flows use of the sessions, whatever data they carry. */
export type FlowSessions = Pick<
  Sessions<never>,
  'list' | 'endUser' | 'refuseEarlierSignIns' | 'policy' | 'cookies' | 'clock'
>;

export interface FlowParts {
  readonly accounts: AccountParts;
  readonly sessions: FlowSessions;
  readonly tokens: OneTimeTokens;
  readonly device: DeviceCookie;
  /** Work that goes on after the answer. */
  readonly background: Background;
  /** The same for telling owners: with a room of its own, as strangers can fill the other one. */
  readonly notices: Background;
  /** Mail: links and notices. */
  readonly post: Post;
  /** What people call the service. */
  readonly serviceName: string;
  /** `undefined`: no passkeys here. */
  readonly passkeys: PasskeyCeremonies | undefined;
  /** Where people may sign in with an account from elsewhere. */
  readonly providers: readonly FlowProvider[];
  readonly cookies: {
    /** A sign-in that waits for its second factor. */
    readonly secondFactor: TokenCookie;
    /** A passkey ceremony under way. */
    readonly passkey: TokenCookie;
    /** A round trip to a provider. */
    readonly provider: TokenCookie;
    /** A request for a sign-in link, which only this browser can use (ASVS 6.6.2). */
    readonly linkRequest: TokenCookie;
  };
}

/**
 * Who asks, for throttle and audit trail.
 * @param owner the account in question, to tell whether it is known on this device: wherever something is
 *   proved. What is only told of needs none
 */
export function callerOf(
  { accounts, device }: FlowParts,
  visit: Visit,
  owner?: DeviceOwner,
): Caller {
  const { client, id } = visit.session;
  const known = owner === undefined ? undefined : device.find(visit, owner);
  return {
    ...(client.address === null ? {} : { address: client.address }),
    ...(client.userAgent === null ? {} : { userAgent: client.userAgent }),
    ...(id === null ? {} : { session: sessionReference(accounts.keys, id) }),
    ...(known === undefined ? {} : { device: known }),
  };
}
