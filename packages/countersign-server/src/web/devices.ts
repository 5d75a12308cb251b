// The devices page and its two forms. Ending another session asks for the password first, unless it was
// given a short while ago (ASVS 7.5.2).

import type { SessionSummary } from 'countersign';
import type { User } from 'countersign/accounts';

import type { Notice } from '../views/frame.js';
import { DevicesPage } from '../views/devices-page.js';
import { describeUserAgent } from './describe-user-agent.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { withForm } from './posted-form.js';
import type { Problems } from './problems.js';
import { seeOther, seeOtherWith, sendPage, userFrame } from './reply.js';

/** What a person asked for on this page. */
export type DeviceAction =
  | { readonly kind: 'end'; readonly id: string }
  | { readonly kind: 'end-others' };

export async function showDevices(door: Doorkeeper, c: PageContext, user: User): Promise<Response> {
  const sessions = (await c.env.session.list()).toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt,
  );
  const frame = userFrame(door, c, user);
  return sendPage(c, DevicesPage({ frame, now: door.clock.now(), sessions }));
}

export function endDevice(problems: Problems, c: PageContext): Promise<Response> {
  return withForm(c, problems, (field) => performFresh(c, { kind: 'end', id: field('id') }));
}

export function endOtherDevices(c: PageContext): Promise<Response> {
  return performFresh(c, { kind: 'end-others' });
}

async function performFresh(c: PageContext, action: DeviceAction): Promise<Response> {
  if (!c.env.session.isFresh()) return seeOther(c, confirmPath(action));
  return seeOtherWith(c, '/devices', await performAction(c, action));
}

/** Where the password is asked for before an action. */
function confirmPath(action: DeviceAction): string {
  const query = new URLSearchParams({ action: action.kind });
  if (action.kind === 'end') query.set('id', action.id);
  return `/confirm?${query.toString()}`;
}

/** Does it. The caller has seen to it that the session is fresh. */
export async function performAction(c: PageContext, action: DeviceAction): Promise<Notice> {
  const { session } = c.env;
  if (action.kind === 'end-others') {
    await session.endOthers();
    return { tone: 'good', text: 'All other devices are signed out.' };
  }
  const found = await findDevice(c, action.id);
  if (found === undefined || !(await session.end(found.id)))
    return { tone: 'plain', text: 'That device was signed out already.' };
  const { words } = describeUserAgent(found.client.userAgent);
  return { tone: 'good', text: `${words} is signed out.` };
}

/** One of the other devices of this user, by the id of its session. */
export async function findDevice(c: PageContext, id: string): Promise<SessionSummary | undefined> {
  const sessions = await c.env.session.list();
  return sessions.find((session) => session.id === id && !session.current);
}
