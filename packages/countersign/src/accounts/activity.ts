// What has happened to an account, written down for its owner to look at (G51). In the background, so
// that it costs no answer any time; and a store that fails at it fails nobody.

import type {
  AccountAction,
  AccountEvent,
  AccountRefusal,
  Happening,
  OwnersNote,
} from './account-events.js';
import type { AccountStore } from './account-store.js';
import type { Caller } from './caller.js';
import { MAX_ADDRESS_OCTETS } from './email-address.js';

/** An entry, the newest first in a list. */
export interface Activity extends Pick<
  AccountEvent,
  'at' | 'action' | 'outcome' | 'reason' | 'authenticator' | 'factors' | 'address' | 'userAgent'
> {
  /** Which address of mail was added, confirmed, made primary or removed; `null` for all else. */
  readonly emailAddress: string | null;
}

export interface ListActivityInput {
  /** How many at most: 1 to 100. Default 100. */
  readonly limit?: number;
}

export interface ActivityLog {
  /** Begins to write an event down, if it is one of those that its owner is shown. Never throws. */
  note(event: AccountEvent, owners?: OwnersNote): void;
  list(userId: string, input?: ListActivityInput): Promise<readonly Activity[]>;
  /** Forgets all of an account, and what is being written too. */
  forget(userId: string): Promise<void>;
  /** Resolves when everything that has begun is written, or has failed. */
  settled(): Promise<void>;
}

export const KEPT_ACTIVITIES = 100;

/** Notes that are being written at most. More are dropped: they are not worth running out of memory. */
const MOST_UNDER_WAY = 1_000;
const LONGEST_USER_AGENT = 512;
const LONGEST_ADDRESS = 64;

/**
 * What is noted when it succeeded. A step of something larger, such as a right password, is not: the
 * sign-in is, and the step-up.
 */
const SUCCESSES: readonly AccountAction[] = [
  'register',
  'sign-up',
  'sign-in',
  'step-up',
  'change-password',
  'set-password',
  'reset-password',
  'add-address',
  'confirm-address',
  'make-address-primary',
  'remove-address',
  'use-recovery-code',
  'add-totp',
  'remove-totp',
  'replace-recovery-codes',
  'remove-second-factors',
  'add-passkey',
  'remove-passkey',
  'link-provider',
  'unlink-provider',
  'close-authenticator',
  'end-sessions',
  'enable-account',
  'disable-account',
];

/**
 * What is noted when it was refused: who comes so far has proved a first factor already. Never a wrong
 * password: writing it down for an account that there is would tell it from a name that nobody has (G48).
 */
const REFUSALS: readonly AccountAction[] = ['verify-totp', 'use-recovery-code', 'verify-passkey'];

/**
 * Refused for these, nothing was judged: anybody could fill the list with them at no cost, and that of a
 * deleted account would have entries again.
 */
const UNJUDGED: readonly (AccountRefusal | null)[] = [
  'throttled',
  'malformed-code',
  'not-active',
  'unknown-account',
];

/** @param tell for what could not be written */
export function createActivityLog(
  store: AccountStore,
  tell: (happening: Happening, caller: Caller) => void,
): ActivityLog {
  const underWay = new Map<Promise<void>, string>();
  const settle = async (userId?: string): Promise<void> => {
    const those = [...underWay].filter(([, whose]) => userId === undefined || whose === userId);
    await Promise.all(those.map(([work]) => work));
  };
  return {
    note(event, owners = {}) {
      const { userId } = event;
      if (userId === null || !isNoted(event)) return;
      const failed = (cause: unknown): void =>
        tell({ action: 'note-activity', outcome: 'failed', userId, cause }, {});
      if (underWay.size >= MOST_UNDER_WAY) {
        failed(new Error(`${MOST_UNDER_WAY} notes are being written already`));
        return;
      }
      const row = { at: event.at, entry: entryOf(event, owners) };
      // In another turn of the event loop: a store in this process would do its work before the answer.
      const work: Promise<void> = new Promise<void>((resolve) => void setImmediate(resolve))
        .then(() => store.addActivity(userId, row, { keep: KEPT_ACTIVITIES }))
        .catch(failed)
        .finally(() => underWay.delete(work));
      underWay.set(work, userId);
    },
    async list(userId, { limit = KEPT_ACTIVITIES } = {}) {
      const rows = await store.listActivity(userId, withinKept(limit));
      return rows.flatMap(({ at, entry }) => activityIn(at, entry));
    },
    async forget(userId) {
      await settle(userId);
      await store.forgetActivity(userId);
    },
    async settled() {
      while (underWay.size > 0) await settle();
    },
  };
}

function isNoted({ action, outcome, reason }: AccountEvent): boolean {
  if (outcome === 'success') return SUCCESSES.includes(action);
  return outcome === 'refused' && REFUSALS.includes(action) && !UNJUDGED.includes(reason);
}

/** What anybody sent is cut, so that an entry stays under the 4 KiB of the port. */
function entryOf(event: AccountEvent, { emailAddress }: OwnersNote): string {
  const { action, outcome, reason, authenticator, factors, address, userAgent } = event;
  return JSON.stringify({
    action,
    outcome,
    reason,
    authenticator,
    factors,
    address: address?.slice(0, LONGEST_ADDRESS).toWellFormed() ?? null,
    userAgent: userAgent?.slice(0, LONGEST_USER_AGENT).toWellFormed() ?? null,
    ...(emailAddress === undefined
      ? {}
      : { emailAddress: emailAddress.slice(0, MAX_ADDRESS_OCTETS).toWellFormed() }),
  });
}

/** An entry that cannot be read, or is one of another version, is left out. */
function activityIn(at: number, entry: string): readonly Activity[] {
  try {
    const fields: unknown = JSON.parse(entry);
    return isEntry(fields) ? [{ at, ...fields, emailAddress: emailAddressIn(fields) }] : [];
  } catch {
    return [];
  }
}

/** A number out of an address's query may be any: stores read a negative limit in ways of their own. */
function withinKept(limit: number): number {
  if (Number.isNaN(limit)) return KEPT_ACTIVITIES;
  return Math.trunc(Math.min(Math.max(limit, 1), KEPT_ACTIVITIES));
}

/** Most have none, and those of before it was noted. */
function emailAddressIn(fields: object): string | null {
  if (!('emailAddress' in fields)) return null;
  return typeof fields.emailAddress === 'string' ? fields.emailAddress : null;
}

type Entry = Omit<Activity, 'at' | 'emailAddress'>;

/** The store is trusted to give back what was written, so the rest is not looked into. */
function isEntry(value: unknown): value is Entry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'action' in value &&
    typeof value.action === 'string' &&
    'outcome' in value &&
    typeof value.outcome === 'string' &&
    'factors' in value &&
    Array.isArray(value.factors)
  );
}
