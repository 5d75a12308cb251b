// The paths behind the gate: pages for who is signed in. A path that takes forms alone leads a browser
// that reloads it by its address to the page that the form stands on.

import type { User } from 'countersign/accounts';
import type { Hono } from 'hono';

import { showActivity } from './activity.js';
import {
  confirmAuthenticator,
  AUTHENTICATOR_PATH,
  REMOVE_AUTHENTICATOR_PATH,
  removeAuthenticator,
  showAuthenticator,
  showRemoveAuthenticator,
} from './authenticator.js';
import { changePassword, PASSWORD_PATH, showPassword } from './change-password.js';
import { beginConfirm, confirm, confirmAtProvider, showConfirm, signInAgain } from './confirm.js';
import { deleteAccount, DELETE_ACCOUNT_PATH, showDeleteAccount } from './delete-account.js';
import { DEVICES_PATH, endDevice, endOtherDevices, showDevices } from './devices.js';
import type { Doorkeeper, PageContext, PageEnv } from './doorkeeper.js';
import { showHome } from './home.js';
import {
  addPasskey,
  beginAddPasskey,
  PASSKEYS_PATH,
  removePasskey,
  renamePasskey,
  showPasskeys,
  showRemovePasskey,
} from './passkeys.js';
import { isTicked, withForm } from './posted-form.js';
import type { Problems } from './problems.js';
import {
  addAddress,
  makeAddressPrimary,
  removeAddress,
  resendAddress,
} from './profile-addresses.js';
import { PROFILE_PATH, sendProfile, setDisplayName } from './profile.js';
import { linkProvider, PROVIDERS_PATH, showProviders, unlinkProvider } from './providers-linked.js';
import { makeRecoveryCodes, RECOVERY_CODES_PATH, showRecoveryCodes } from './recovery-codes.js';
import { seeOther } from './reply.js';
import { SECURITY_PATH, showSecurity } from './security.js';
import { signedInOnly, type UserHandler } from './signed-in-only.js';

/** How each of the parts adds its paths. */
interface Hall {
  readonly door: Doorkeeper;
  readonly problems: Problems;
  /** A page. */
  readonly page: (path: string, handle: UserHandler) => void;
  /** A form, and the page that it stands on. */
  readonly form: (path: string, page: string, handle: UserHandler) => void;
}

export function addHallPages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  const hall: Hall = {
    door,
    problems,
    page: (path, handle) => void pages.get(path, signedInOnly(door, handle)),
    form(path, page, handle) {
      pages.post(path, signedInOnly(door, handle));
      if (path !== page) pages.get(path, (c) => seeOther(c, page));
    },
  };
  hall.page('/', (c, user) => showHome(door, c, user));
  hall.page('/activity', (c, user) => showActivity(door, c, user));
  hall.page(SECURITY_PATH, (c, user) => showSecurity(door, c, user));
  addConfirm(hall);
  addDevices(hall);
  addPassword(hall);
  addAuthenticator(hall);
  addPasskeys(hall);
  addRecoveryCodes(hall);
  addProviders(hall);
  addProfile(hall);
}

function addDevices({ door, problems, page, form }: Hall): void {
  page(DEVICES_PATH, (c, user) => showDevices(door, c, user));
  form('/devices/end', DEVICES_PATH, (c) =>
    withForm(c, problems, (field) => endDevice(door, c, field('id'))),
  );
  form('/devices/end-others', DEVICES_PATH, (c) => endOtherDevices(door, c));
}

function addConfirm({ door, problems, page, form }: Hall): void {
  page('/confirm', (c, user) => showConfirm(door, c, user));
  form('/confirm', '/confirm', (c, user) => confirm(door, problems, c, user));
  form('/confirm/begin', SECURITY_PATH, (c) => beginConfirm(door, c));
  form('/confirm/provider', SECURITY_PATH, (c) => confirmAtProvider(door, problems, c));
  form('/confirm/sign-in-again', SECURITY_PATH, (c) => signInAgain(problems, c));
}

function addPassword({ door, problems, page, form }: Hall): void {
  page(PASSWORD_PATH, (c, user) => showPassword(door, c, user));
  form(PASSWORD_PATH, PASSWORD_PATH, (c, user) => changePassword(door, problems, c, user));
}

function addAuthenticator({ door, problems, page, form }: Hall): void {
  page(AUTHENTICATOR_PATH, (c, user) => showAuthenticator(door, c, user));
  form(AUTHENTICATOR_PATH, AUTHENTICATOR_PATH, (c, user) =>
    confirmAuthenticator(door, problems, c, user),
  );
  page(REMOVE_AUTHENTICATOR_PATH, (c, user) => showRemoveAuthenticator(door, c, user));
  form(REMOVE_AUTHENTICATOR_PATH, REMOVE_AUTHENTICATOR_PATH, (c) =>
    withForm(c, problems, (field) =>
      removeAuthenticator(door, c, { endOthers: isTicked(field, 'end_others') }),
    ),
  );
}

function addPasskeys({ door, problems, page, form }: Hall): void {
  page(PASSKEYS_PATH, (c, user) => showPasskeys(door, c, user));
  form(`${PASSKEYS_PATH}/begin`, PASSKEYS_PATH, (c) => beginAddPasskey(door, c));
  form(`${PASSKEYS_PATH}/add`, PASSKEYS_PATH, (c, user) =>
    withForm(c, problems, (field) => addPasskey(door, c, user, field)),
  );
  form(`${PASSKEYS_PATH}/rename`, PASSKEYS_PATH, (c, user) =>
    withForm(c, problems, (field) => renamePasskey(door, c, user, field)),
  );
  const remove = `${PASSKEYS_PATH}/remove`;
  page(remove, (c, user) => showRemovePasskey(door, c, user));
  form(remove, remove, (c) =>
    withForm(c, problems, (field) =>
      removePasskey(door, c, { id: field('id'), endOthers: isTicked(field, 'end_others') }),
    ),
  );
}

function addRecoveryCodes({ door, problems, page, form }: Hall): void {
  page(RECOVERY_CODES_PATH, (c, user) => showRecoveryCodes(door, c, user));
  form(RECOVERY_CODES_PATH, RECOVERY_CODES_PATH, (c, user) =>
    withForm(c, problems, (field) =>
      makeRecoveryCodes(door, c, user, { endOthers: isTicked(field, 'end_others') }),
    ),
  );
}

function addProviders({ door, problems, page, form }: Hall): void {
  page(PROVIDERS_PATH, (c, user) => showProviders(door, c, user));
  form(`${PROVIDERS_PATH}/link`, PROVIDERS_PATH, (c) =>
    withForm(c, problems, (field) => linkProvider(door, c, field('provider'))),
  );
  form(`${PROVIDERS_PATH}/unlink`, PROVIDERS_PATH, (c, user) =>
    withForm(c, problems, (field) => unlinkProvider(door, c, user, field('identity'))),
  );
}

function addProfile({ door, problems, page, form }: Hall): void {
  page(PROFILE_PATH, (c, user) => sendProfile(door, c, user));
  form('/profile/name', PROFILE_PATH, (c, user) =>
    withForm(c, problems, (field) => setDisplayName(door, c, user, field('display_name'))),
  );
  const address = (
    verb: string,
    change: (c: PageContext, user: User, address: string) => Promise<Response>,
  ): void =>
    form(`/profile/addresses/${verb}`, PROFILE_PATH, (c, user) =>
      withForm(c, problems, (field) => change(c, user, field('address'))),
    );
  address('add', (c, user, typed) => addAddress(door, c, user, typed));
  address('resend', (c, user, which) => resendAddress(door, c, user, which));
  address('make-primary', (c, _user, which) => makeAddressPrimary(door, c, which));
  address('remove', (c, _user, which) => removeAddress(door, c, which));
  page(DELETE_ACCOUNT_PATH, (c, user) => showDeleteAccount(door, c, user));
  form(DELETE_ACCOUNT_PATH, DELETE_ACCOUNT_PATH, (c, user) =>
    withForm(c, problems, (field) => deleteAccount(door, c, user, field('confirmation'))),
  );
}
