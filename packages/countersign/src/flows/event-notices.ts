// Notices that follow from an event, whichever verb it comes from: an authenticator was closed, or a
// recovery code used. The account is looked up after the answer.

import { findAccount } from '../accounts/account-change.js';
import type { Happening, Tell } from '../accounts/account-events.js';
import type { AccountParts } from '../accounts/account-parts.js';
import type { Account } from '../accounts/account.js';
import type { Authenticator } from '../accounts/authenticator.js';
import type { Caller } from '../accounts/caller.js';
import type { Background } from './background.js';
import type { FactorName } from './mails/notices.js';
import type { Post } from './post.js';

const FACTOR_NAMES: Readonly<Partial<Record<Authenticator, FactorName>>> = {
  password: 'password',
  totp: 'totp',
  passkey: 'passkey',
};

/** Tells as the accounts do, and the owner of the account as well. */
export function tellWithNotices(
  { tell, store }: AccountParts,
  post: Post,
  notices: Background,
): Tell {
  return (happening, caller) => {
    tell(happening, caller);
    const { userId } = happening;
    if (userId === null || !isOfInterest(happening)) return;
    notices.run(async () => {
      const account = await findAccount(store, userId);
      if (account !== null) notify(post, account, happening, caller);
    });
  };
}

function isOfInterest({ action, outcome }: Happening): boolean {
  return outcome === 'success' && ['close-authenticator', 'use-recovery-code'].includes(action);
}

function notify(post: Post, account: Account, happening: Happening, caller: Caller): void {
  if (happening.action === 'use-recovery-code') {
    const left = account.recoveryCodes?.hashes.length ?? 0;
    post.notify(account, 'recovery-code-used', { left }, caller);
    return;
  }
  const { authenticator } = happening;
  const factor = authenticator ? FACTOR_NAMES[authenticator] : undefined;
  if (factor !== undefined) post.notify(account, 'factor-closed', { factor }, caller);
}
