// The frame of a page behind the gate: who is signed in, and what the page before has left to say.

import type { User } from 'countersign/accounts';

import type { Frame, Notice } from '../views/frame.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';

/** Takes the notice that was left, unless there is another. */
export function hallFrame(door: Doorkeeper, c: PageContext, user: User, notice?: Notice): Frame {
  const { displayName } = user;
  const shown = notice ?? c.env.session.take('notice');
  return { assets: door.assets.paths, userName: signsInAs(user), displayName, notice: shown };
}

/** What password managers keep the password under: the primary address, or the name without one. */
export function signsInAs({ addresses, signInName, name }: User): string {
  return addresses.find(({ primary }) => primary)?.address ?? signInName ?? name;
}
