// The device cookie: says which accounts have signed in on this browser before, so that strangers' guesses
// and requests do not lock it out (G46, G76) and a sign-in from anywhere else can be told of (ASVS 6.3.5).
// It proves nobody: whoever has it still has to give every factor. Sealed, so that it names nobody either.

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
/** Of an account: its name and the first addresses. With all accounts, 800 bytes go with each request. */
const MOST_NAMES = 4;
/** 48 bits. */
const NAME_MARK_LENGTH = 8;

/** An account, as far as its devices go. */
export type DeviceOwner = Pick<Account, 'userId' | 'devicesVersion'>;

/** The same, with what it signs in by. */
export type DeviceUser = DeviceOwner & Pick<Account, 'name' | 'addresses'>;

/** A device on which somebody has signed in who had this name then. */
export interface NamedDevice {
  readonly id: string;
  /** Whether it is this account's, which has not forgotten it since. */
  isOf(owner: DeviceOwner): boolean;
}

/** Whom to look for where there is nobody, for the work (G48). */
export const NOBODYS_DEVICES: DeviceOwner = { userId: 'nobody', devicesVersion: 0 };

export interface DeviceCookie {
  /**
   * The id of this device for an account that has signed in on it; `undefined` for a strange one, and for
   * one that the account has forgotten since.
   */
  find(visit: Visit, owner: DeviceOwner): string | undefined;
  /**
   * The same by a name or an address, in its canonical form, without looking for an account: for what must
   * not show whether there is one (G60).
   */
  findByName(visit: Visit, canonical: string): NamedDevice | undefined;
  /** Notes that the account has signed in here. */
  remember(visit: Visit, user: DeviceUser): void;
  /** Has this device stay known to an account that has forgotten its devices, if it was known before. */
  keep(visit: Visit, before: DeviceOwner, after: DeviceUser): void;
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
  const find = (visit: Visit, owner: DeviceOwner): string | undefined =>
    read(visit).find((entry) => isOf(entry, owner))?.device;
  const remember = (visit: Visit, user: DeviceUser): void => {
    const account = markOf(user.userId);
    const version = user.devicesVersion;
    const names = namesOf(user).map(nameMarkOf);
    const known = read(visit);
    const device =
      known.find((entry) => entry.account === account)?.device ??
      encodeBase64url(randomBytes(DEVICE_BYTES));
    const others = known.filter((entry) => entry.account !== account);
    const entries = [{ account, device, version, names }, ...others].slice(0, MOST_ACCOUNTS);
    cookie.set(visit.response, entries.map(textOf).join('\n'));
  };
  return {
    find,
    findByName(visit, canonical) {
      const name = nameMarkOf(canonical);
      const entry = read(visit).find(({ names }) => names.includes(name));
      if (entry === undefined) return undefined;
      return { id: entry.device, isOf: (owner) => isOf(entry, owner) };
    },
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
  /** Marks of what it signed in by. */
  readonly names: readonly string[];
}

function isOf({ account, version }: Entry, { userId, devicesVersion }: DeviceOwner): boolean {
  return account === markOf(userId) && version === devicesVersion;
}

function textOf({ account, device, version, names }: Entry): string {
  return `${account} ${device} ${version} ${names.join(',')}`;
}

function namesOf({ name, addresses }: DeviceUser): readonly string[] {
  const verified = addresses.filter(({ verifiedAt }) => verifiedAt !== null);
  const names = [...(name === null ? [] : [name]), ...verified];
  return names.slice(0, MOST_NAMES).map(({ canonical }) => canonical);
}

/** Of one length, however long the id is. */
function markOf(userId: string): string {
  return sha256(userId);
}

/** Enough to tell the few names of one browser apart: it opens nothing, and the account is compared later. */
function nameMarkOf(canonical: string): string {
  return sha256(canonical).slice(0, NAME_MARK_LENGTH);
}

function parse(text: string | undefined): readonly Entry[] {
  if (text === undefined || text === '') return [];
  return text.split('\n').flatMap((line) => {
    // Without a number and names: from before devices could be forgotten.
    const [account, device, version = '0', names = ''] = line.split(' ', 4);
    if (account === undefined || device === undefined) return [];
    return [{ account, device, version: Number(version), names: names.split(',') }];
  });
}
