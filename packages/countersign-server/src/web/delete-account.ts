// The end of an account, by its owner: a word typed to show that it is meant, and a fresh proof
// (ASVS 7.5.1).

import type { User } from 'countersign/accounts';

import { DeleteAccountPage } from '../views/delete-account-page.js';
import { turnBack } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { hallFrame, signsInAs } from './hall-frame.js';
import { seeOther, sendPage } from './reply.js';
import { visitOf } from './visit.js';

export const DELETE_ACCOUNT_PATH = '/profile/delete';

export function showDeleteAccount(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  const frame = hallFrame(door, c, user);
  return sendPage(c, DeleteAccountPage({ frame, expected: signsInAs(user) }));
}

export async function deleteAccount(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  confirmation: string,
): Promise<Response> {
  const expected = signsInAs(user);
  if (isSame(confirmation, expected)) return deleteForGood(door, c);
  const frame = hallFrame(door, c, user);
  const error = 'This is something else. Type exactly what stands above.';
  return sendPage(c, DeleteAccountPage({ frame, expected, error }), 422);
}

function isSame(typed: string, expected: string): boolean {
  return typed.trim().normalize('NFC').toLowerCase() === expected.normalize('NFC').toLowerCase();
}

/** What was typed was right. */
export async function deleteForGood(door: Doorkeeper, c: PageContext): Promise<Response> {
  const result = await door.flows.account.remove(visitOf(c));
  return result.ok
    ? seeOther(c, signInPath({ farewell: 'deleted' }))
    : turnBack(c, result, 'delete-account');
}
