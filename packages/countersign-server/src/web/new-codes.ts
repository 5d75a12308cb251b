// What follows when an authenticator was added: the recovery codes that came with the first one, shown
// this once, or a word on the security page.

import type { User } from 'countersign/accounts';

import { NewRecoveryCodesPage } from '../views/new-recovery-codes-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { seeOtherWith, sendScriptedPage } from './reply.js';

/** @param codes none where there were some before */
export function sendAdded(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  added: { readonly codes: readonly string[]; readonly text: string; readonly place: string },
): Response | Promise<Response> {
  const { codes, text, place } = added;
  const notice = { tone: 'good', text } as const;
  return codes.length === 0
    ? seeOtherWith(c, place, notice)
    : sendScriptedPage(
        c,
        NewRecoveryCodesPage({
          frame: hallFrame(door, c, user, notice),
          codes,
          madeAt: door.clock.now(),
          next: place,
        }),
      );
}
