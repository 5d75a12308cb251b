// The paths behind the gate: pages for who is signed in. A path that takes forms alone leads a browser
// that reloads it by its address to the page that the form stands on.

import type { Hono } from 'hono';

import { changePassword, PASSWORD_PATH, showPassword } from './change-password.js';
import { beginConfirm, confirm, showConfirm, signInAgain } from './confirm.js';
import { DEVICES_PATH, endDevice, endOtherDevices, showDevices } from './devices.js';
import type { Doorkeeper, PageEnv } from './doorkeeper.js';
import { showHome } from './home.js';
import { withForm } from './posted-form.js';
import type { Problems } from './problems.js';
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
  addDevices(hall);
  addConfirm(hall);
  hall.page(SECURITY_PATH, (c, user) => showSecurity(door, c, user));
  addPassword(hall);
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
  form('/confirm/begin', '/security', (c) => beginConfirm(door, c));
  form('/confirm/sign-in-again', '/security', (c) => signInAgain(problems, c));
}

function addPassword({ door, problems, page, form }: Hall): void {
  page(PASSWORD_PATH, (c, user) => showPassword(door, c, user));
  form(PASSWORD_PATH, PASSWORD_PATH, (c, user) => changePassword(door, problems, c, user));
}
