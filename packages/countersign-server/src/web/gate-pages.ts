// The paths before the gate: pages for visitors, and the way out.

import type { Hono } from 'hono';

import type { Doorkeeper, PageEnv } from './doorkeeper.js';
import type { Problems } from './problems.js';
import { seeOther } from './reply.js';
import { cancelSignIn, showSecondStep, takeSecondStep } from './second-step.js';
import { SECOND_STEP_PATH, showSignIn, signIn } from './sign-in.js';
import { signOut } from './sign-out.js';
import { showSignUp, signUp } from './sign-up.js';

export function addGatePages(pages: Hono<PageEnv>, door: Doorkeeper, problems: Problems): void {
  pages.get('/sign-in', (c) => showSignIn(door, c));
  pages.post('/sign-in', (c) => signIn(door, problems, c));
  pages.get(SECOND_STEP_PATH, (c) => showSecondStep(door, c));
  pages.post(SECOND_STEP_PATH, (c) => takeSecondStep(door, problems, c));
  pages.post('/sign-in/cancel', (c) => cancelSignIn(door, c));
  pages.get('/sign-up', (c) => showSignUp(door, c));
  pages.post('/sign-up', (c) => signUp(door, problems, c));
  pages.post('/sign-out', (c) => signOut(c));
  // Where somebody ends up who reloads the answer to a form by its address.
  pages.get('/sign-out', (c) => seeOther(c, '/'));
  pages.get('/sign-in/cancel', (c) => seeOther(c, '/sign-in'));
}
