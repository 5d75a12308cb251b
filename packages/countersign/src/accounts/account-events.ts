// What happens to accounts, told to the application as it happens: for logs, metrics and notices (G53;
// ASVS 16.3.1). Events carry user ids and never a name that was typed, which may be a password typed
// into the wrong field, nor a password or a hash (G15).

import { tellListener } from '../listener.js';

export interface AccountEvent {
  readonly userId: string;
  /** The client's address, as the caller gave it; `null` when it gave none. */
  readonly address: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type AccountAction = 'register' | 'verify-password' | 'change-password';

export interface RefusedEvent {
  readonly action: AccountAction;
  /**
   * The reason for the log; the person is told less. `unreadable-hash`: what is stored is no hash
   * that the hasher takes, so nobody can sign in to this account until it is replaced.
   */
  readonly reason:
    | 'name-taken'
    | 'throttled'
    | 'unknown-account'
    | 'not-active'
    | 'no-password'
    | 'unreadable-hash'
    | 'wrong-password';
  readonly userId: string | null;
  readonly address: string | null;
  readonly at: number;
}

export interface RehashFailedEvent extends AccountEvent {
  readonly cause: unknown;
}

/** Listeners, all optional. One that throws or rejects does not disturb what it is told of: Node warns of it. */
export interface AccountListener {
  readonly registered?: (event: AccountEvent) => void;
  readonly passwordVerified?: (event: AccountEvent) => void;
  readonly passwordChanged?: (event: AccountEvent) => void;
  readonly refused?: (event: RefusedEvent) => void;
  /** The password was right, but its hash could not be renewed. The next sign-in tries again. */
  readonly rehashFailed?: (event: RehashFailedEvent) => void;
}

/** The same listener with every function there, none of which throws. */
export function guardListener(listener: AccountListener): Required<AccountListener> {
  return {
    registered: guard(listener.registered),
    passwordVerified: guard(listener.passwordVerified),
    passwordChanged: guard(listener.passwordChanged),
    refused: guard(listener.refused),
    rehashFailed: guard(listener.rehashFailed),
  };
}

function guard<E>(handle: ((event: E) => void) | undefined): (event: E) => void {
  return (event) =>
    tellListener(handle, event, (cause) =>
      process.emitWarning(
        `An account event listener failed: ${String(cause)}`,
        'CountersignWarning',
      ),
    );
}
