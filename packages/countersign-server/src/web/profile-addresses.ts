// The addresses of an account: each change takes a fresh proof (ASVS 7.5.1), and a new one is the
// person's only when the link that is sent there was followed.

import type { User } from 'countersign/accounts';

import { turnBack } from './asked.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { PROFILE_PATH, sendProfile } from './profile.js';
import { seeOtherWith, tellToWait } from './reply.js';
import { visitOf } from './visit.js';

const TOO_MANY = 'You have as many as an account can have. Remove one first.';
const NO_SUCH = 'That address was removed or confirmed already.';

export async function addAddress(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  address: string,
): Promise<Response> {
  const result = await door.flows.addresses.add(visitOf(c), { address });
  if (result.ok) return sayLinkSent(c, address);
  const { reason } = result;
  if (reason === 'step-up' || reason === 'not-signed-in')
    return turnBack(c, { reason }, 'add-address', { address });
  const typed = { address };
  if (reason === 'throttled') {
    const notice = tellToWait(c, result.retryAfterMs);
    return sendProfile(door, c, user, { status: 429, typed, notice });
  }
  const errors = { address: reason === 'too-many' ? TOO_MANY : result.message };
  return sendProfile(door, c, user, { status: 422, typed, errors });
}

export async function resendAddress(
  door: Doorkeeper,
  c: PageContext,
  user: User,
  address: string,
): Promise<Response> {
  const result = await door.flows.addresses.resend(visitOf(c), { address });
  if (result.ok) return sayLinkSent(c, address);
  const { reason } = result;
  if (reason === 'throttled') {
    const notice = tellToWait(c, result.retryAfterMs);
    return sendProfile(door, c, user, { status: 429, notice });
  }
  return reason === 'unknown-address'
    ? seeOtherWith(c, PROFILE_PATH, { tone: 'plain', text: NO_SUCH })
    : turnBack(c, { reason }, 'resend-address', { address });
}

/** The same whoever has the address (G60). */
function sayLinkSent(c: PageContext, address: string): Response {
  const text = `A mail is on its way to ${address.trim()}. Open the link in it.`;
  return seeOtherWith(c, PROFILE_PATH, { tone: 'good', text });
}

export async function makeAddressPrimary(
  door: Doorkeeper,
  c: PageContext,
  address: string,
): Promise<Response> {
  const result = await door.flows.addresses.makePrimary(visitOf(c), { address });
  if (result.ok) {
    const text = `Mails go to ${address} from now on.`;
    return seeOtherWith(c, PROFILE_PATH, { tone: 'good', text });
  }
  return result.reason === 'unknown-address'
    ? seeOtherWith(c, PROFILE_PATH, { tone: 'plain', text: NO_SUCH })
    : turnBack(c, result, 'make-address-primary', { address });
}

export async function removeAddress(
  door: Doorkeeper,
  c: PageContext,
  address: string,
): Promise<Response> {
  const result = await door.flows.addresses.remove(visitOf(c), { address });
  if (result.ok)
    return seeOtherWith(c, PROFILE_PATH, { tone: 'good', text: `${address} is removed.` });
  if (result.reason === 'last-address') {
    const text = 'This is the only address that mails can go to. Add another one first.';
    return seeOtherWith(c, PROFILE_PATH, { tone: 'bad', text });
  }
  return result.reason === 'unknown-address'
    ? seeOtherWith(c, PROFILE_PATH, { tone: 'plain', text: NO_SUCH })
    : turnBack(c, result, 'remove-address', { address });
}
