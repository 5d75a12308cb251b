// The paths before the gate: pages for visitors, links of mails, and the way out.

import type { Hono } from 'hono';

import type { MailPurpose } from '../views/mail-purpose.js';
import { ASKING, askAddress, showAskAddress, showMailSent } from './ask-address.js';
import { choosePassword, showChoosePassword } from './choose-password.js';
import { confirmAddress, showConfirmAddress } from './confirm-address.js';
import type { Doorkeeper, PageEnv } from './doorkeeper.js';
import { showMail, showOutbox } from './outbox.js';
import { beginPasskeySignIn, signInWithPasskey } from './passkey-sign-in.js';
import { MAIL_PATHS, OUTBOX_PATH, PROVIDER_CALLBACK_PATH } from './places.js';
import type { Problems } from './problems.js';
import { returnFromProvider, signInAtProvider } from './provider-sign-in.js';
import { seeOther } from './reply.js';
import {
  beginPasskeySecondStep,
  cancelSignIn,
  showSecondStep,
  takeSecondStep,
} from './second-step.js';
import { showSignInLink, useSignInLink } from './sign-in-link.js';
import { SECOND_STEP_PATH, showSignIn, signIn } from './sign-in.js';
import { signOut } from './sign-out.js';

export function addGatePages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  addSignIn(pages, door, problems);
  addKeyPages(pages, door, problems);
  addMailPages(pages, door, problems);
  pages.post('/sign-out', (c) => signOut(c));
  // Where somebody ends up who reloads the answer to a form by its address.
  pages.get('/sign-out', (c) => seeOther(c, '/'));
  if (door.outbox === undefined) return;
  pages.get(OUTBOX_PATH, (c) => showOutbox(door, c));
  pages.get(`${OUTBOX_PATH}/:name`, (c) => showMail(door, c));
}

function addSignIn(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  pages.get('/sign-in', (c) => showSignIn(door, c));
  pages.post('/sign-in', (c) => signIn(door, problems, c));
  pages.get(SECOND_STEP_PATH, (c) => showSecondStep(door, c));
  pages.post(SECOND_STEP_PATH, (c) => takeSecondStep(door, problems, c));
  pages.post('/sign-in/cancel', (c) => cancelSignIn(door, c));
  pages.get('/sign-in/cancel', (c) => seeOther(c, '/sign-in'));
}

/** Passkeys and providers, where there are any. */
function addKeyPages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  if (door.hasPasskeys) {
    pages.post(`${SECOND_STEP_PATH}/begin`, (c) => beginPasskeySecondStep(door, c));
    pages.post('/sign-in/passkey/begin', (c) => beginPasskeySignIn(door, c));
    pages.post('/sign-in/passkey', (c) => signInWithPasskey(door, problems, c));
    pages.get('/sign-in/passkey', (c) => seeOther(c, '/sign-in'));
  }
  if (door.providers.length > 0) {
    pages.post('/sign-in/provider', (c) => signInAtProvider(door, problems, c));
    pages.get('/sign-in/provider', (c) => seeOther(c, '/sign-in'));
    pages.get(`${PROVIDER_CALLBACK_PATH}/:provider`, (c) =>
      returnFromProvider(door, c, c.req.param('provider')),
    );
  }
}

function addMailPages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  for (const purpose of ['sign-up', 'reset'] as const) {
    addAsking(pages, door, problems, purpose);
    pages.get(MAIL_PATHS[purpose], (c) => showChoosePassword(door, c, purpose));
    pages.post(MAIL_PATHS[purpose], (c) => choosePassword(door, problems, c, purpose));
  }
  pages.get(MAIL_PATHS['verify-address'], (c) => showConfirmAddress(door, c));
  pages.post(MAIL_PATHS['verify-address'], (c) => confirmAddress(door, c));
  if (!door.hasSignInLinks) return;
  addAsking(pages, door, problems, 'sign-in');
  pages.get(MAIL_PATHS['sign-in-link'], (c) => showSignInLink(door, c));
  pages.post(MAIL_PATHS['sign-in-link'], (c) => useSignInLink(door, c));
}

function addAsking(
  pages: Hono<PageEnv>,
  door: Doorkeeper,
  problems: Problems,
  purpose: MailPurpose,
): void {
  const { path } = ASKING[purpose];
  pages.get(path, (c) => showAskAddress(door, c, purpose));
  pages.post(path, (c) => askAddress(door, problems, c, purpose));
  pages.get(`${path}/sent`, (c) => showMailSent(door, c, purpose));
}
