// The device cookie: says which accounts have signed in on this browser before, so that strangers'
// guesses do not lock it out (G46) and a sign-in from anywhere else can be told of (ASVS 6.3.5). It
// proves nobody: whoever has it still has to give every factor. Sealed, so that it names nobody either.

import type { Account } from '../accounts/account.js';
import { sealedCookie } from '../cookie/sealed.js';
import { encodeBase64url } from '../crypto/base64url.js';
import { sha256 } from '../crypto/digest.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { randomBytes } from '../crypto/random.js';
import type { Clock } from '../clock.js';
import { cookieName } from './flow-cookies.js';
import type { Visit } from './visit.js';

/** Whoever stays away for longer is told of as a new device, no more. */
const MAX_AGE_SECONDS = 180 * 24 * 3600;
/** Accounts on one browser; the one that was used longest ago is forgotten first. */
const MOST_ACCOUNTS = 5;
const DEVICE_BYTES = 12;

/** An account, as far as its devices go. */
export type DeviceOwner = Pick<Account, 'userId' | 'devicesVersion'>;

/** Whom to look for where there is nobody, for the work (G48). */
export const NOBODYS_DEVICES: DeviceOwner = { userId: 'nobody', devicesVersion: 0 };

export interface DeviceCookie {
  /**
   * The id of this device for an account that has signed in on it; `undefined` for a strange one, and for
   * one that the account has forgotten since.
   */
  find(visit: Visit, owner: DeviceOwner): string | undefined;
  /** Notes that the account has signed in here. */
  remember(visit: Visit, owner: DeviceOwner): void;
  /** Has this device stay known to an account that has forgotten its devices, if it was known before. */
  keep(visit: Visit, before: DeviceOwner, after: DeviceOwner): void;
}

export function createDeviceCookie(options: {
  readonly keys: KeyRing;
  readonly secure: boolean;
  readonly clock: Clock;
}): DeviceCookie {
  const cookie = sealedCookie({
    ...options,
    name: cookieName('device', options.secure),
    maxAge: MAX_AGE_SECONDS,
  });
  const read = ({ request }: Visit): readonly Entry[] => parse(cookie.get(request));
  const find = (visit: Visit, { userId, devicesVersion }: DeviceOwner): string | undefined => {
    const account = markOf(userId);
    const entry = read(visit).find((each) => each.account === account);
    return entry?.version === devicesVersion ? entry.device : undefined;
  };
  const remember = (visit: Visit, { userId, devicesVersion: version }: DeviceOwner): void => {
    const account = markOf(userId);
    const known = read(visit);
    const device =
      known.find((entry) => entry.account === account)?.device ??
      encodeBase64url(randomBytes(DEVICE_BYTES));
    const others = known.filter((entry) => entry.account !== account);
    const entries = [{ account, device, version }, ...others].slice(0, MOST_ACCOUNTS);
    cookie.set(visit.response, entries.map(textOf).join('\n'));
  };
  return {
    find,
    remember,
    keep(visit, before, after) {
      if (find(visit, before) !== undefined) remember(visit, after);
    },
  };
}

interface Entry {
  readonly account: string;
  readonly device: string;
  /** Which number the account's devices had. */
  readonly version: number;
}

function textOf({ account, device, version }: Entry): string {
  return `${account} ${device} ${version}`;
}

/** Of one length, however long the id is. */
function markOf(userId: string): string {
  return sha256(userId);
}

function parse(text: string | undefined): readonly Entry[] {
  if (text === undefined || text === '') return [];
  return text.split('\n').flatMap((line) => {
    // Without a number: from before devices could be forgotten.
    const [account, device, version = '0'] = line.split(' ', 3);
    if (account === undefined || device === undefined) return [];
    return [{ account, device, version: Number(version) }];
  });
}
