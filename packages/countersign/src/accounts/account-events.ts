// What happens to accounts, told to the application as it happens: for the audit trail and metrics (G53;
// ASVS 16.3.1). Events carry user ids and never a name that was typed, which may be a password typed
// into the wrong field, nor a password, a code, a hash or a token (G15).

import type { Clock } from '../clock.js';
import { tellListener } from '../listener.js';
import type { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';

/** What was tried. */
export type AccountAction =
  | 'register'
  | 'verify-password'
  | 'change-password'
  | 'set-password'
  | 'rehash-password'
  /** A link by mail was asked for. */
  | 'request-link'
  | 'sign-up'
  | 'reset-password'
  | 'add-address'
  | 'confirm-address'
  | 'make-address-primary'
  | 'remove-address'
  /** The screen for new passwords did not answer. */
  | 'screen-password'
  | 'verify-totp'
  | 'use-recovery-code'
  | 'add-totp'
  | 'remove-totp'
  | 'replace-recovery-codes'
  | 'remove-second-factors'
  | 'set-display-name'
  | 'close-authenticator'
  /** Failures could not be settled: they stay counted, or what was guessed at too often stays open. */
  | 'count-failures'
  | 'verify-passkey'
  | 'add-passkey'
  | 'rename-passkey'
  | 'remove-passkey'
  | 'verify-provider'
  | 'link-provider'
  | 'unlink-provider'
  | 'sign-in'
  | 'step-up'
  | 'end-sessions'
  | 'send-mail'
  /** Work that goes on after answers. */
  | 'background'
  | 'enable-account'
  | 'disable-account'
  | 'delete-account'
  /** What happened could not be written down for the owner of the account. */
  | 'note-activity';

/** Why it was refused, for the log; the person is told less. */
export type AccountRefusal =
  | 'name-taken'
  | 'throttled'
  | 'unknown-account'
  | 'not-active'
  | 'no-password'
  /** There is one, which has to be known to be changed. */
  | 'has-password'
  /** What is stored is no hash that the hasher takes: nobody can sign in by it until it is replaced. */
  | 'unreadable-hash'
  | 'wrong-password'
  /** Guessed at too often (G40), until it is replaced. */
  | 'closed'
  | 'no-totp'
  /** Sealed or hashed by a key that is not in the ring any more, or for somebody else. */
  | 'unreadable-secret'
  | 'malformed-code'
  | 'used-code'
  | 'wrong-code'
  | 'no-recovery-codes'
  | 'unknown-passkey'
  /** What the browser sent does not hold; `cause` says what of it. */
  | 'wrong-passkey'
  /** The signature is right, and the authenticator did not ask for a PIN or biometrics. */
  | 'user-not-verified'
  /** There is a copy of the key, or the answer was used before. */
  | 'counter-went-back'
  /** The account has it already, or another account does. */
  | 'passkey-taken'
  | 'too-many'
  /** Too short to be the only factor (G21). */
  | 'password-too-short'
  | 'last-way-in'
  /** What came back from the provider does not hold, or somebody said no there; `cause` says what. */
  | 'provider-refused'
  | 'provider-unavailable'
  | 'unknown-identity'
  | 'address-taken'
  | 'already-linked'
  | 'no-second-factor'
  /** Nothing is sent to an address that nobody has shown to be theirs. */
  | 'no-address'
  /** A link that is unknown, used, replaced or too old, or about something that was changed since. */
  | 'expired'
  /** A link to sign in, opened elsewhere than where it was asked for (ASVS 6.6.2). */
  | 'other-browser'
  /** The account or its sessions were changed while the sign-in was under way. */
  | 'changed-meanwhile'
  /** The user has as many as `policy.perUser` allows, which says to refuse. */
  | 'too-many-sessions'
  /** It takes a fresh proof of who the person is, which was missing (ASVS 7.5.1, 7.5.2). */
  | 'step-up-needed'
  /** Begun by one account and brought to its end by another, on the same browser. */
  | 'other-account'
  /** The account has none like this. Another one may. */
  | 'unknown-address'
  | 'unknown-session';

export interface AccountEvent {
  readonly action: AccountAction;
  /** `failed`: it could not be done, as `cause` says; nobody was refused. */
  readonly outcome: 'success' | 'refused' | 'failed';
  readonly reason: AccountRefusal | null;
  /** Which authenticator it was about, where the action does not say it. */
  readonly authenticator: Authenticator | null;
  /** What was proved, such as `['password', 'totp']`, where the action is about a session. */
  readonly factors: readonly string[];
  /** `null` when there is no such account, or it is not known yet. */
  readonly userId: string | null;
  /** The client's address, as the caller gave it. */
  readonly address: string | null;
  readonly userAgent: string | null;
  /** A salted reference to the session, which is the same for all events of one. */
  readonly session: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cause?: unknown;
}

/** Told of every event. One that throws or rejects does not disturb what it is told of: Node warns of it. */
export type AccountListener = (event: AccountEvent) => void;

/** What an event says besides who asked and when. */
export type Happening = Pick<AccountEvent, 'action' | 'outcome' | 'userId'> &
  Partial<Pick<AccountEvent, 'reason' | 'authenticator' | 'factors' | 'cause'>> &
  OwnersNote;

/** What is written down for the owner of the account besides, and told to no listener (G15). */
export interface OwnersNote {
  /** Which address of mail it was about, as the account has it. */
  readonly emailAddress?: string;
}

/** Tells the listener, and never throws. */
export type Tell = (happening: Happening, caller: Caller) => void;

/** @param note gets every event too, and what is for the owner alone */
export function createTell(
  listener: AccountListener | undefined,
  clock: Clock,
  note?: (event: AccountEvent, owners: OwnersNote) => void,
): Tell {
  return ({ emailAddress, ...happening }, { address, userAgent, session }) => {
    const event: AccountEvent = {
      reason: null,
      authenticator: null,
      factors: [],
      ...happening,
      address: address ?? null,
      userAgent: userAgent ?? null,
      session: session ?? null,
      at: clock.now(),
    };
    note?.(event, emailAddress === undefined ? {} : { emailAddress });
    tellListener(listener, event, warn);
  };
}

function warn(cause: unknown): void {
  process.emitWarning(`An account event listener failed: ${String(cause)}`, 'CountersignWarning');
}
