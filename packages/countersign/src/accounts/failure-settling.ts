// What becomes of counted failures once something was proved or replaced. By then it has happened: a
// throttle store that fails here must not make an error of it, on which nobody would end the sessions.

import type { Awaitable } from '../waiting.js';
import type { Account } from './account.js';
import type { AccountParts } from './account-parts.js';
import type { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { throttleDevice, throttleName } from './failure-names.js';

export interface SettledFailures {
  /** Whose; `null` for nobody's that is known. */
  readonly userId: string | null;
  readonly caller: Caller;
}

/** Does it. An error is told, and the failures stay counted. */
export async function settleFailures(
  { tell }: Pick<AccountParts, 'tell'>,
  { userId, caller }: SettledFailures,
  settle: () => Awaitable<void>,
): Promise<void> {
  try {
    await settle();
  } catch (cause) {
    tell({ action: 'count-failures', outcome: 'failed', userId, cause }, caller);
  }
}

export interface FailuresOf {
  readonly account: Account;
  readonly authenticator: Authenticator;
  readonly caller: Caller;
}

type Forgetting = Pick<AccountParts, 'tell' | 'throttle'>;

/** It was replaced: failures were guesses at what is gone (G40). Those of known devices count no more. */
export async function forgetStrangers(
  parts: Forgetting,
  { account, authenticator, caller }: FailuresOf,
): Promise<void> {
  const name = throttleName(account);
  if (name === undefined) return;
  await settleFailures(parts, { userId: account.userId, caller }, () =>
    parts.throttle.forget({ account: name, authenticator }),
  );
}

/**
 * An attempt that was withdrawn has led to a sign-in after all (G43). From a known device it says nothing
 * about the guesses of strangers.
 */
export async function forgetOwn(
  parts: Forgetting,
  { account, authenticator, caller }: FailuresOf,
): Promise<void> {
  const { device } = caller;
  const name = throttleName(account);
  if (name === undefined) return;
  const known = device === undefined ? undefined : throttleDevice(account, authenticator, device);
  await settleFailures(parts, { userId: account.userId, caller }, () =>
    parts.throttle.forget({
      account: name,
      authenticator,
      ...(known === undefined ? {} : { device: known, strangers: 'keep' as const }),
    }),
  );
}
