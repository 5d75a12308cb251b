// Whether an account can still be signed in to: asked before the last way in would be taken away. What a
// mail server or a provider does tomorrow is not known here.

import type { Account } from '../accounts/account.js';
import { primaryAddressOf } from '../accounts/account.js';
import type { FlowParts } from './flow-parts.js';

/** A password, a passkey, a provider that is configured, or mail to a verified address. */
export function hasWayIn(
  { post, passkeys, providers }: Pick<FlowParts, 'post' | 'passkeys' | 'providers'>,
  account: Account,
): boolean {
  const { password, identities } = account;
  const issuers = providers.map(({ provider }) => provider.issuer);
  return (
    // One that is closed to strangers is a way in on the devices of its owner, and one to everyone is none.
    (password !== null && password.closed?.to !== 'everyone') ||
    (passkeys !== undefined && account.passkeys.length > 0) ||
    identities.some(({ issuer }) => issuers.includes(issuer)) ||
    (post.canSend && primaryAddressOf(account) !== undefined)
  );
}
