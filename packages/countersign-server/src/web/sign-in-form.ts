// The sign-in page with whatever there is to say on it, for each of the ways in that stand on it.

import type { Notice } from '../views/frame.js';
import { SignInPage, type SignInOffers, type SignInPageProps } from '../views/sign-in-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { sendScriptedPage, visitorFrame, type PageStatus } from './reply.js';

export interface SignInForm extends Pick<
  SignInPageProps,
  'returnTo' | 'name' | 'remember' | 'refused' | 'errors'
> {
  readonly notice?: Notice | undefined;
  readonly status?: PageStatus;
}

export function sendSignInForm(
  door: Doorkeeper,
  c: PageContext,
  { notice, status, ...shown }: SignInForm,
): Response | Promise<Response> {
  const frame = visitorFrame(door, notice);
  const rememberFor = door.sessions.policy.remembered.absolute;
  const page = SignInPage({ frame, ...shown, offers: offersOf(door), rememberFor });
  return sendScriptedPage(c, page, status);
}

function offersOf({ hasPasskeys, hasSignInLinks, providers }: Doorkeeper): SignInOffers {
  return { passkey: hasPasskeys, mailLink: hasSignInLinks, reset: true, providers };
}
