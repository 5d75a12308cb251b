// Signing out: ends the session in the store, and clears its cookie.

import type { PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { seeOther } from './reply.js';

export async function signOut(c: PageContext): Promise<Response> {
  await c.env.session.signOut();
  return seeOther(c, signInPath({ farewell: 'signed-out' }));
}
