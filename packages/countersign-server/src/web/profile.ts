// The profile: what the person is called. Their addresses are in profile-addresses.

import type { User, UserAddress } from 'countersign/accounts';

import { ProfilePage, type AddressView, type ProfilePageProps } from '../views/profile-page.js';
import type { Notice } from '../views/frame.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { signInPath } from './farewell.js';
import { hallFrame } from './hall-frame.js';
import { seeOther, seeOtherWith, sendPage, type PageStatus } from './reply.js';
import { visitOf } from './visit.js';

export const PROFILE_PATH = '/profile';

export interface ProfileForm extends Pick<ProfilePageProps, 'typed' | 'errors'> {
  readonly status?: PageStatus;
  readonly notice?: Notice;
}

export function sendProfile(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  { status, notice, ...shown }: ProfileForm = {},
): Response | Promise<Response> {
  const page = ProfilePage({
    frame: hallFrame(door, c, user, notice),
    signInName: user.signInName,
    addresses: user.addresses.map(viewOf),
    ...shown,
  });
  return sendPage(c, page, status);
}

function viewOf({ address, verified, primary }: UserAddress): AddressView {
  if (!verified) return { address, state: 'pending' };
  return { address, state: primary ? 'primary' : 'verified' };
}

export async function setDisplayName(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  displayName: string,
): Promise<Response> {
  const result = await door.flows.account.setDisplayName(visitOf(c), { displayName });
  if (result.ok) return seeOtherWith(c, PROFILE_PATH, { tone: 'good', text: 'Your name is kept.' });
  if (result.reason === 'not-signed-in') return seeOther(c, signInPath({ farewell: 'ended' }));
  const { message } = result;
  const errors = { displayName: message };
  return sendProfile(door, c, user, { status: 422, typed: { displayName }, errors });
}
