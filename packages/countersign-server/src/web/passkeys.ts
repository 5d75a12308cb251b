// The passkeys of an account: adding one by the script of the page, another name, the end of one
// (ASVS 7.5.1).

import type { User, UserPasskey } from 'countersign/accounts';
import type { AddPasskeyOutcome } from 'countersign/flows';

import { PasskeysPage, type PasskeysPageProps } from '../views/passkeys-page.js';
import { SurePage } from '../views/sure-page.js';
import { confirmPath, keepAsked, turnBack } from './asked.js';
import { describeUserAgent } from './describe-user-agent.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { hallFrame } from './hall-frame.js';
import { sendAdded } from './new-codes.js';
import { readCredential, sendOptions, sendTrouble } from './passkey-answers.js';
import { LAST_WAY_IN, TOO_SHORT_ALONE } from './password-answers.js';
import { isTicked, type Fields } from './posted-form.js';
import { wordsFor } from './proof-answers.js';
import { seeOther, seeOtherWith, sendPage, sendScriptedPage, type PageStatus } from './reply.js';
import { SECURITY_PATH } from './security.js';
import { visitOf } from './visit.js';

export const PASSKEYS_PATH = '/security/passkeys';

/** For `turnBack`. */
const ACTION = 'add-passkey';
/** In the fields of what was asked for, until the page has sent on to where it is confirmed. */
const UNSEEN = 'unseen';

const TOO_MANY = 'You have as many passkeys as an account can have. Remove one first.';
const ALREADY_THERE = 'This passkey is one of yours already.';
const NOT_HERE = 'Passkeys do not work at this address of the server.';
const GONE = 'That passkey was removed already.';

export function showPasskeys(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  const { asked } = c.env.session.data;
  // The script was turned back, and has loaded this page anew: it cannot go where it was sent.
  if (asked?.action === ACTION && asked.fields[UNSEEN] === 'yes')
    return seeOther(c, confirmPath(keepAsked(c, { action: ACTION, fields: {} }).id));
  return sendPasskeys(door, c, user, {});
}

interface Shown {
  readonly status?: PageStatus;
  readonly errors?: PasskeysPageProps['errors'];
  readonly typed?: string;
}

function sendPasskeys(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  { status, errors = {}, typed }: Shown,
): Response | Promise<Response> {
  const suggestedName = typed ?? describeUserAgent(c.req.header('user-agent') ?? null).words;
  const page = PasskeysPage({
    frame: hallFrame(door, c, user),
    now: door.clock.now(),
    passkeys: user.passkeys,
    suggestedName,
    errors,
  });
  return sendScriptedPage(c, page, status);
}

/** For the script of the page. */
export async function beginAddPasskey(door: Doorkeeper, c: PageContext): Promise<Response> {
  if (!door.hasPasskeys) return sendTrouble(c, 404, NOT_HERE);
  const begun = await door.flows.passkeys.beginAdd(visitOf(c));
  if (begun.ok) return sendOptions(c, begun.options);
  const { reason } = begun;
  if (reason === 'step-up' || reason === 'not-signed-in')
    return turnBack(c, { reason }, ACTION, { [UNSEEN]: 'yes' });
  return reason === 'too-many' ? sendTrouble(c, 409, TOO_MANY) : sendTrouble(c, 422, begun.message);
}

export async function addPasskey(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  field: Fields,
): Promise<Response> {
  const typed = field('name');
  const response = readCredential(field);
  const words = wordsFor('passkey');
  if (!door.hasPasskeys || response === undefined) {
    const error = field('credential') === '' ? words.missing : words.malformed;
    const add = door.hasPasskeys ? error : NOT_HERE;
    return sendPasskeys(door, c, user, { status: 422, errors: { add }, typed });
  }
  const endOthers = isTicked(field, 'end_others');
  const result = await door.flows.passkeys.add(visitOf(c), { response, name: typed, endOthers });
  if (result.ok)
    return sendAdded(door, c, user, {
      codes: result.recoveryCodes,
      text: 'Your passkey is added.',
      place: PASSKEYS_PATH,
    });
  const { reason } = result;
  if (isTurnedBack(reason)) return turnBack(c, { reason }, ACTION);
  const add = reason === 'name-invalid' ? result.message : ADD_ERRORS[reason];
  return sendPasskeys(door, c, user, { status: 422, errors: { add }, typed });
}

type AddReason = Exclude<AddPasskeyOutcome, { ok: true }>['reason'];
type TurnedBackReason = 'step-up' | 'not-signed-in' | 'ended' | 'changed-meanwhile';

function isTurnedBack(reason: AddReason): reason is TurnedBackReason {
  return TURNED_BACK.includes(reason);
}

const TURNED_BACK: readonly AddReason[] = [
  'step-up',
  'not-signed-in',
  'ended',
  'changed-meanwhile',
];

const ADD_ERRORS: Readonly<Record<Exclude<AddReason, TurnedBackReason | 'name-invalid'>, string>> =
  {
    'too-many': TOO_MANY,
    'already-there': ALREADY_THERE,
    refused: wordsFor('passkey').refused,
    expired: wordsFor('passkey').expired,
  };

export async function renamePasskey(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  field: Fields,
): Promise<Response> {
  const id = field('id');
  const name = field('name');
  const result = await door.flows.passkeys.rename(visitOf(c), { id, name });
  if (result.ok)
    return seeOtherWith(c, PASSKEYS_PATH, { tone: 'good', text: 'The new name is kept.' });
  if (result.reason === 'not-signed-in') return seeOther(c, signInPath({ farewell: 'ended' }));
  if (result.reason === 'unknown-passkey')
    return seeOtherWith(c, PASSKEYS_PATH, { tone: 'plain', text: GONE });
  const rename = { id, text: result.message };
  return sendPasskeys(door, c, user, { status: 422, errors: { rename } });
}

export function showRemovePasskey(
  door: Doorkeeper,
  c: PageContext,
  user: User,
): Response | Promise<Response> {
  const id = c.req.query('id') ?? '';
  const passkey = findPasskey(user, id);
  if (passkey === undefined) return seeOtherWith(c, PASSKEYS_PATH, { tone: 'plain', text: GONE });
  const isLast = user.totp === null && user.passkeys.length === 1;
  const page = SurePage({
    frame: hallFrame(door, c, user),
    place: SECURITY_PATH,
    title: `Remove the passkey ${passkey.name}?`,
    consequences: [
      'You cannot sign in with it any more. Remove it from your device too: nobody else can.',
      ...(isLast ? ['It is your only second step, so your recovery codes will be worthless.'] : []),
    ],
    action: `${PASSKEYS_PATH}/remove`,
    fields: { id },
    button: 'Remove it',
    cancel: PASSKEYS_PATH,
    endOthers: false,
  });
  return sendPage(c, page);
}

export async function removePasskey(
  door: Doorkeeper,
  c: PageContext,
  { id, endOthers }: { readonly id: string; readonly endOthers: boolean },
): Promise<Response> {
  const result = await door.flows.passkeys.remove(visitOf(c), { id, endOthers });
  if (result.ok)
    return seeOtherWith(c, PASSKEYS_PATH, { tone: 'good', text: 'The passkey is removed.' });
  const { reason } = result;
  if (reason === 'password-too-short' || reason === 'last-way-in') {
    const text = reason === 'last-way-in' ? LAST_WAY_IN : TOO_SHORT_ALONE;
    return seeOtherWith(c, PASSKEYS_PATH, { tone: 'bad', text });
  }
  if (reason === 'unknown-passkey')
    return seeOtherWith(c, PASSKEYS_PATH, { tone: 'plain', text: GONE });
  const box = endOthers ? { end_others: 'yes' } : {};
  return turnBack(c, { reason }, 'remove-passkey', { id, ...box });
}

export function findPasskey({ passkeys }: User, id: string): UserPasskey | undefined {
  return passkeys.find((passkey) => passkey.id === id);
}
