// What has happened to an account, in words for its owner (G51).

import type { User } from 'countersign/accounts';
import type { Flows } from 'countersign/flows';

import { ActivityPage, type ActivityEntry } from '../views/activity-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { provedInWords } from './proved-in-words.js';
import { sendPage } from './reply.js';
import { visitOf } from './visit.js';

type Activity = Awaited<ReturnType<Flows['account']['activity']>>[number];

export async function showActivity(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Promise<Response> {
  const activities = await door.flows.account.activity(visitOf(c));
  const page = ActivityPage({
    frame: hallFrame(door, c, user),
    now: door.clock.now(),
    entries: activities.map(entryOf),
  });
  return sendPage(c, page);
}

export function entryOf(activity: Activity): ActivityEntry {
  const { at, outcome, address, userAgent, emailAddress: about } = activity;
  const words = wordsOf(activity);
  const how = outcome === 'success' ? 'done' : 'refused';
  return { at, words, about, outcome: how, address, userAgent };
}

function wordsOf({ action, outcome, factors }: Activity): string {
  if (outcome !== 'success') return REFUSED[action] ?? 'Something was tried';
  const words = DONE[action] ?? 'Something was changed';
  return action === 'sign-in' || action === 'step-up'
    ? `${words} ${provedInWords(factors)}`.trimEnd()
    : words;
}

type Words = Readonly<Partial<Record<Activity['action'], string>>>;

const DONE: Words = {
  register: 'Account created',
  'sign-up': 'Account created',
  'sign-in': 'Signed in',
  'step-up': 'Confirmed who you are',
  'change-password': 'Password changed',
  'set-password': 'Password set',
  'reset-password': 'New password set by a link in a mail',
  'add-address': 'Address added',
  'confirm-address': 'Address confirmed',
  'make-address-primary': 'Address made primary',
  'remove-address': 'Address removed',
  'use-recovery-code': 'Recovery code used',
  'add-totp': 'Authenticator app added',
  'remove-totp': 'Authenticator app removed',
  'replace-recovery-codes': 'New recovery codes made',
  'remove-second-factors': 'Second step taken away by an administrator',
  'add-passkey': 'Passkey added',
  'rename-passkey': 'Passkey renamed',
  'remove-passkey': 'Passkey removed',
  'link-provider': 'Sign-in service linked',
  'unlink-provider': 'Sign-in service unlinked',
  'close-authenticator': 'Closed after too many wrong tries',
  'end-sessions': 'Other devices signed out',
  'enable-account': 'Account opened again',
  'disable-account': 'Account closed by an administrator',
};

const REFUSED: Words = {
  'verify-totp': 'Wrong code from an authenticator app',
  'use-recovery-code': 'Wrong recovery code',
  'verify-passkey': 'Passkey not accepted',
};
