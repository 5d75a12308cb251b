// Everything that the doorkeeper asks a fresh proof for: what the page that asks says of it, and what is
// done when it was given. Nobody types anything again but passwords and codes.

import type { User } from 'countersign/accounts';
import type { FactorKind, StepUpPurpose } from 'countersign/flows';

import { AUTHENTICATOR_PATH, removeAuthenticator } from './authenticator.js';
import { givenWithPassword, PASSWORD_PATH } from './change-password.js';
import { DELETE_ACCOUNT_PATH, deleteForGood } from './delete-account.js';
import { describeUserAgent } from './describe-user-agent.js';
import { DEVICES_PATH, endDevice, endOtherDevices, findDevice } from './devices.js';
import type { Asked, Doorkeeper, PageContext } from './doorkeeper.js';
import { findPasskey, PASSKEYS_PATH, removePasskey } from './passkeys.js';
import { isTicked, type Fields } from './posted-form.js';
import {
  addAddress,
  makeAddressPrimary,
  removeAddress,
  resendAddress,
} from './profile-addresses.js';
import { PROFILE_PATH } from './profile.js';
import { findIdentity, linkProvider, PROVIDERS_PATH, unlinkProvider } from './providers-linked.js';
import { makeRecoveryCodes, RECOVERY_CODES_PATH } from './recovery-codes.js';
import { SECURITY_PATH } from './security.js';
import { seeOtherWith } from './reply.js';

export interface AskedAction {
  readonly needs: StepUpPurpose;
  /** What comes after "to" in a sentence; `undefined` when there is nothing left to do. */
  readonly purpose: (
    user: User,
    c: PageContext,
    field: Fields,
  ) => string | undefined | Promise<string | undefined>;
  /** What is asked for there besides, and counts as proved until then. Default nothing. */
  readonly given?: (user: User) => readonly FactorKind[];
  /** The page that it was asked for on, or that it leads to. */
  readonly place: string;
  /** Where who does not want to goes. Default: the place. */
  readonly cancel?: string;
  /** Does it, and answers. Default: the person does it on the page. */
  readonly go?: (
    door: Doorkeeper,
    c: PageContext,
    user: User,
    field: Fields,
  ) => Response | Promise<Response>;
}

const ACTIONS: ReadonlyMap<string, AskedAction> = new Map<string, AskedAction>([
  [
    'end-device',
    {
      needs: 'sessions',
      place: DEVICES_PATH,
      async purpose(_user, c, field) {
        const device = await findDevice(c, field('id'));
        if (device === undefined) return undefined;
        return `sign out ${describeUserAgent(device.client.userAgent).words}`;
      },
      go: (door, c, _user, field) => endDevice(door, c, field('id')),
    },
  ],
  [
    'end-other-devices',
    {
      needs: 'sessions',
      place: DEVICES_PATH,
      purpose: () => 'sign out all your other devices',
      go: (door, c) => endOtherDevices(door, c),
    },
  ],
  [
    'change-password',
    {
      needs: 'credentials',
      given: givenWithPassword,
      place: PASSWORD_PATH,
      cancel: SECURITY_PATH,
      purpose: () => 'choose a password',
    },
  ],
  [
    'add-authenticator',
    {
      needs: 'credentials',
      place: AUTHENTICATOR_PATH,
      cancel: SECURITY_PATH,
      purpose: () => 'set up an authenticator app',
    },
  ],
  [
    'remove-authenticator',
    {
      needs: 'credentials',
      place: SECURITY_PATH,
      purpose: () => 'remove your authenticator app',
      go: (door, c, _user, field) =>
        removeAuthenticator(door, c, { endOthers: isTicked(field, 'end_others') }),
    },
  ],
  ['add-passkey', { needs: 'credentials', place: PASSKEYS_PATH, purpose: () => 'add a passkey' }],
  [
    'remove-passkey',
    {
      needs: 'credentials',
      place: PASSKEYS_PATH,
      purpose: (user, _c, field) => nameOf(findPasskey(user, field('id')), 'remove the passkey'),
      go: (door, c, _user, field) =>
        removePasskey(door, c, { id: field('id'), endOthers: isTicked(field, 'end_others') }),
    },
  ],
  [
    'make-recovery-codes',
    {
      needs: 'credentials',
      place: RECOVERY_CODES_PATH,
      purpose: () => 'make new recovery codes',
      go: (door, c, user, field) =>
        makeRecoveryCodes(door, c, user, { endOthers: isTicked(field, 'end_others') }),
    },
  ],
  [
    'add-address',
    {
      needs: 'credentials',
      place: PROFILE_PATH,
      purpose: (_user, _c, field) => `add the address ${field('address')}`,
      go: (door, c, user, field) => addAddress(door, c, user, field('address')),
    },
  ],
  [
    'resend-address',
    {
      needs: 'credentials',
      place: PROFILE_PATH,
      purpose: (_user, _c, field) => `send a link to ${field('address')}`,
      go: (door, c, user, field) => resendAddress(door, c, user, field('address')),
    },
  ],
  [
    'make-address-primary',
    {
      needs: 'credentials',
      place: PROFILE_PATH,
      purpose: (_user, _c, field) => `make ${field('address')} your primary address`,
      go: (door, c, _user, field) => makeAddressPrimary(door, c, field('address')),
    },
  ],
  [
    'remove-address',
    {
      needs: 'credentials',
      place: PROFILE_PATH,
      purpose: (_user, _c, field) => `remove the address ${field('address')}`,
      go: (door, c, _user, field) => removeAddress(door, c, field('address')),
    },
  ],
  [
    'delete-account',
    {
      needs: 'credentials',
      place: DELETE_ACCOUNT_PATH,
      cancel: PROFILE_PATH,
      purpose: () => 'delete your account for good',
      go: (door, c) => deleteForGood(door, c),
    },
  ],
  [
    'link-provider',
    {
      needs: 'credentials',
      place: PROVIDERS_PATH,
      purpose: () => 'link a sign-in service',
      go: (door, c, _user, field) => linkProvider(door, c, field('provider')),
    },
  ],
  [
    'unlink-provider',
    {
      needs: 'credentials',
      place: PROVIDERS_PATH,
      purpose: (user, _c, field) => nameOf(findIdentity(user, field('identity')), 'unlink'),
      go: (door, c, user, field) => unlinkProvider(door, c, user, field('identity')),
    },
  ],
]);

/** `undefined` when it is not there any more. */
function nameOf(
  found: { readonly name: string } | { readonly label: string } | undefined,
  verb: string,
): string | undefined {
  if (found === undefined) return undefined;
  return `${verb} ${'name' in found ? found.name : found.label}`;
}

/** The action of what was asked for. */
export function actionOf({ action }: Asked): AskedAction | undefined {
  return ACTIONS.get(action);
}

export function fieldsOf({ fields }: Asked): Fields {
  return (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? '';
}

/** Goes to where it is done, and says that nothing stands in the way any more. */
export function goToPlace(c: PageContext, { place }: AskedAction): Response {
  return seeOtherWith(c, place, { tone: 'good', text: 'Thank you, it is you. Now go on.' });
}
