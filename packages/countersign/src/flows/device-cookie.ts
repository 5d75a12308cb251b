// The device cookie: says which accounts have signed in on this browser before, so that strangers'
// guesses do not lock it out (G46) and a sign-in from anywhere else can be told of (ASVS 6.3.5). It
// proves nobody: whoever has it still has to give every factor. Sealed, so that it names nobody either.

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

export interface DeviceCookie {
  /** The id of this device for an account that has signed in on it; `undefined` for a strange one. */
  find(visit: Visit, userId: string): string | undefined;
  /** Notes that the account has signed in here. */
  remember(visit: Visit, userId: string): void;
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
  return {
    find(visit, userId) {
      const account = markOf(userId);
      return read(visit).find((entry) => entry.account === account)?.device;
    },
    remember(visit, userId) {
      const account = markOf(userId);
      const known = read(visit);
      const device =
        known.find((entry) => entry.account === account)?.device ??
        encodeBase64url(randomBytes(DEVICE_BYTES));
      const others = known.filter((entry) => entry.account !== account);
      const entries = [{ account, device }, ...others].slice(0, MOST_ACCOUNTS);
      const text = entries.map((entry) => `${entry.account} ${entry.device}`).join('\n');
      cookie.set(visit.response, text);
    },
  };
}

interface Entry {
  readonly account: string;
  readonly device: string;
}

/** Of one length, however long the id is. */
function markOf(userId: string): string {
  return sha256(userId);
}

function parse(text: string | undefined): readonly Entry[] {
  if (text === undefined || text === '') return [];
  return text.split('\n').flatMap((line) => {
    const [account, device] = line.split(' ', 2);
    return account === undefined || device === undefined ? [] : [{ account, device }];
  });
}
