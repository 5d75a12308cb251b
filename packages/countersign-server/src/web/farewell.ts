// What the sign-in page says to somebody who comes from a session that is over. It travels in the
// query, as a key of this table, since there is no session left to keep it in.

import type { Outcome } from 'countersign';

import type { Notice } from '../views/frame.js';

/** Where the policy says to refuse one more, which the doorkeeper's own does not. */
export const TOO_MANY_SESSIONS =
  'You are signed in on as many devices as you can be. Sign out on one of them, then try again here.';

const FAREWELLS = {
  'signed-out': { tone: 'good', text: 'You are signed out.' },
  ended: { tone: 'plain', text: 'You were signed out here. Sign in to go on.' },
  expired: {
    tone: 'plain',
    text: 'You were away for long, so you were signed out. Sign in to go on.',
  },
  copied: {
    tone: 'bad',
    text: 'You were signed out for your safety: your session turned up in two places. If this happens again, change your password.',
  },
  'password-changed': {
    tone: 'good',
    text: 'Your password is changed. Sign in with the new one.',
  },
  deleted: {
    tone: 'good',
    text: 'Your account is deleted, and you are signed out everywhere.',
  },
  'took-too-long': {
    tone: 'plain',
    text: 'The second step has to come soon after the first. Sign in again.',
  },
  'no-second-step': {
    tone: 'bad',
    text: 'Your authenticator app is closed, because wrong codes were tried too often, and you have no other second step. Only whoever runs this service can help.',
  },
  changed: {
    tone: 'bad',
    text: 'Your account was changed while you signed in. Try again.',
  },
  'too-many-sessions': { tone: 'bad', text: TOO_MANY_SESSIONS },
  'address-confirmed': {
    tone: 'good',
    text: 'Your address is confirmed. You can sign in with it.',
  },
} as const satisfies Record<string, Notice>;

export type Farewell = keyof typeof FAREWELLS;

/** What became of the session that the browser still asked with; `undefined` when it had none. */
const OF_OUTCOME: Readonly<Partial<Record<Outcome, Farewell>>> = {
  'not-found': 'ended',
  replaced: 'ended',
  idle: 'expired',
  absolute: 'expired',
  reuse: 'copied',
};

export function farewellFor(outcome: Outcome): Farewell | undefined {
  return OF_OUTCOME[outcome];
}

/** @param key as the client sent it */
export function readFarewell(key: string | undefined): Notice | undefined {
  return key !== undefined && isFarewell(key) ? FAREWELLS[key] : undefined;
}

function isFarewell(key: string): key is Farewell {
  return Object.hasOwn(FAREWELLS, key);
}

/** The sign-in page's path, with where to go afterwards and what to say. */
export function signInPath(options: {
  returnTo?: string;
  farewell?: Farewell | undefined;
}): string {
  const query = new URLSearchParams();
  if (options.returnTo !== undefined && options.returnTo !== '/')
    query.set('return_to', options.returnTo);
  if (options.farewell !== undefined) query.set('notice', options.farewell);
  return query.size === 0 ? '/sign-in' : `/sign-in?${query.toString()}`;
}
