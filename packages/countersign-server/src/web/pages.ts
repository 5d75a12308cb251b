// The pages and their paths. Changes are POST only (csrf.md F11); the origin check came before.

import { CountersignError } from 'countersign';
import { Hono } from 'hono';

import { errorFields } from '../log.js';
import { changePassword, showPassword } from './change-password.js';
import { confirm, showConfirm } from './confirm.js';
import { endDevice, endOtherDevices, showDevices } from './devices.js';
import type { Doorkeeper, PageEnv } from './doorkeeper.js';
import { showHome } from './home.js';
import type { Problems } from './problems.js';
import { seeOther } from './reply.js';
import { showSignIn, signIn } from './sign-in.js';
import { signOut } from './sign-out.js';
import { showSignUp, signUp } from './sign-up.js';
import { signedInOnly, type UserHandler } from './signed-in-only.js';

/** What a page is sent with, besides its content. */
export interface PagesOptions {
  readonly door: Doorkeeper;
  readonly problems: Problems;
  readonly headers: Readonly<Record<string, string>>;
}

export function createPages({ door, problems, headers }: PagesOptions): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.use(async (c, next) => {
    // Before `next`: headers that are added afterwards cost many times as much.
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    c.header('Cache-Control', 'no-store');
    await next();
  });
  addVisitorPages(pages, door, problems);
  addUserPages(pages, door, problems);
  pages.notFound((c) => c.html(problems.page(404), 404));
  pages.onError((error, c) => {
    // The adapter knows what the library's own errors are answered with.
    if (error instanceof CountersignError) throw error;
    door.log.error('page-failed', { path: c.req.path, ...errorFields(error) });
    return c.html(problems.page(500), 500);
  });
  return pages;
}

function addVisitorPages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  pages.get('/sign-in', (c) => showSignIn(door, c));
  pages.post('/sign-in', (c) => signIn(door, problems, c));
  pages.get('/sign-up', (c) => showSignUp(door, c));
  pages.post('/sign-up', (c) => signUp(door, problems, c));
  pages.post('/sign-out', (c) => signOut(c));
}

function addUserPages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
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
  pages.get('/sign-out', (c) => seeOther(c, '/'));
  pages.get('/devices/*', (c) => seeOther(c, '/devices'));
}
