// Step-up: the password once more, then what it was asked for (A44; ASVS 7.5.2, 7.2.4).

import type { User } from 'countersign/accounts';

import type { Notice } from '../views/frame.js';
import { ConfirmPage } from '../views/confirm-page.js';
import { describeUserAgent } from './describe-user-agent.js';
import { findDevice, performAction, type DeviceAction } from './devices.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { IMPOSSIBLE } from './password-answers.js';
import { withForm } from './posted-form.js';
import type { Problems } from './problems.js';
import {
  seeOther,
  seeOtherWith,
  sendScriptedPage,
  tellToWait,
  userFrame,
  type PageStatus,
} from './reply.js';

interface Question {
  readonly action: DeviceAction;
  /** What the page says that the password is for. */
  readonly purpose: string;
}

export async function showConfirm(door: Doorkeeper, c: PageContext, user: User): Promise<Response> {
  const question = await readQuestion(c, c.req.query('action'), c.req.query('id'));
  if (question === undefined) return seeOther(c, '/devices');
  return ask(door, c, { user, question });
}

export function confirm(
  door: Doorkeeper,
  problems: Problems,
  c: PageContext,
  user: User,
): Promise<Response> {
  return withForm(c, problems, async (field) => {
    const question = await readQuestion(c, field('action'), field('id'));
    if (question === undefined) return seeOther(c, '/devices');
    const refusal = await reauthenticate(door, c, user, field('password'));
    if (refusal === 'ended') return seeOther(c, signInPath({ farewell: 'ended' }));
    if (refusal !== undefined) return ask(door, c, { user, question, ...refusal });
    return seeOtherWith(c, '/devices', await performAction(c, question.action));
  });
}

interface Refusal {
  readonly status: PageStatus;
  readonly error?: string;
  readonly notice?: Notice;
}

/** A new session for this browser, with the password proved just now; or why there is none. */
async function reauthenticate(
  { accounts }: Doorkeeper,
  c: PageContext,
  user: User,
  password: string,
): Promise<Refusal | 'ended' | undefined> {
  if (password === '') return { status: 422, error: 'Enter your password.' };
  const { session, address } = c.env;
  const attempt = await session.beginSignIn(user.userId);
  const from = address === null ? {} : { address };
  const verified = await accounts.verifyPassword({ name: user.name, password, ...from });
  if (!verified.ok) {
    if (verified.reason === 'throttled')
      return { status: 429, notice: tellToWait(c, verified.retryAfterMs) };
    return verified.reason === 'malformed'
      ? { status: 400, error: IMPOSSIBLE }
      : { status: 401, error: 'This is not your password.' };
  }
  const renewed = await session.reauthenticate({ factors: ['password'], attempt });
  return renewed.ok ? undefined : 'ended';
}

async function readQuestion(
  c: PageContext,
  kind: string | undefined,
  id: string | undefined,
): Promise<Question | undefined> {
  if (kind === 'end-others')
    return { action: { kind }, purpose: 'sign out all your other devices' };
  const device = kind === 'end' && id !== undefined ? await findDevice(c, id) : undefined;
  if (device === undefined) return undefined;
  const { words } = describeUserAgent(device.client.userAgent);
  return { action: { kind: 'end', id: device.id }, purpose: `sign out ${words}` };
}

interface Asking extends Partial<Refusal> {
  readonly user: User;
  readonly question: Question;
}

function ask(
  door: Doorkeeper,
  c: PageContext,
  { user, question, status = 200, error, notice }: Asking,
): Response | Promise<Response> {
  const { action, purpose } = question;
  const hidden = { action: action.kind, ...(action.kind === 'end' ? { id: action.id } : {}) };
  const frame = userFrame(door, c, user, notice);
  return sendScriptedPage(c, ConfirmPage({ frame, purpose, hidden, error }), status);
}
