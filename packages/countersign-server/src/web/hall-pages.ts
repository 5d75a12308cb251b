// The paths behind the gate: pages for who is signed in.

import type { Hono } from 'hono';

import { changePassword, showPassword } from './change-password.js';
import { confirm, showConfirm } from './confirm.js';
import { endDevice, endOtherDevices, showDevices } from './devices.js';
import type { Doorkeeper, PageEnv } from './doorkeeper.js';
import { showHome } from './home.js';
import type { Problems } from './problems.js';
import { seeOther } from './reply.js';
import { signedInOnly, type UserHandler } from './signed-in-only.js';

export function addHallPages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  const only = (handle: UserHandler): ReturnType<typeof signedInOnly> => signedInOnly(door, handle);
  pages.get(
    '/',
    only((c, user) => showHome(door, c, user)),
  );
  pages.get(
    '/devices',
    only((c, user) => showDevices(door, c, user)),
  );
  pages.post(
    '/devices/end',
    only((c) => endDevice(problems, c)),
  );
  pages.post(
    '/devices/end-others',
    only((c) => endOtherDevices(c)),
  );
  pages.get(
    '/confirm',
    only((c, user) => showConfirm(door, c, user)),
  );
  pages.post(
    '/confirm',
    only((c, user) => confirm(door, problems, c, user)),
  );
  pages.get(
    '/password',
    only((c, user) => showPassword(door, c, user)),
  );
  pages.post(
    '/password',
    only((c, user) => changePassword(door, problems, c, user)),
  );
  // Where somebody ends up who reloads the answer to a form by its address.
  pages.get('/devices/*', (c) => seeOther(c, '/devices'));
}
