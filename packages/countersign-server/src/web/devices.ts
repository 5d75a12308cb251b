// The devices page and its two forms. Ending another session takes a fresh proof (ASVS 7.5.2).

import type { SessionSummary } from 'countersign';
import type { User } from 'countersign/accounts';

import { DevicesPage } from '../views/devices-page.js';
import { turnBack } from './asked.js';
import { describeUserAgent } from './describe-user-agent.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { seeOtherWith, sendPage } from './reply.js';
import { visitOf } from './visit.js';

export const DEVICES_PATH = '/devices';

export async function showDevices(door: Doorkeeper, c: PageContext, user: User): Promise<Response> {
  const sessions = (await c.env.session.list()).toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt,
  );
  const frame = hallFrame(door, c, user);
  return sendPage(c, DevicesPage({ frame, now: door.clock.now(), sessions }));
}

export async function endDevice(door: Doorkeeper, c: PageContext, id: string): Promise<Response> {
  const found = await findDevice(c, id);
  // Not this session, which ends by signing out. That somebody asks for another's is told by the flow.
  const result =
    id === c.env.session.id
      ? ({ ok: true, ended: 0 } as const)
      : await door.flows.sessions.end(visitOf(c), { id });
  if (!result.ok) return turnBack(c, result, 'end-device', { id });
  if (found === undefined || result.ended === 0)
    return seeOtherWith(c, DEVICES_PATH, {
      tone: 'plain',
      text: 'That device was signed out already.',
    });
  const { words } = describeUserAgent(found.client.userAgent);
  return seeOtherWith(c, DEVICES_PATH, { tone: 'good', text: `${words} is signed out.` });
}

export async function endOtherDevices(door: Doorkeeper, c: PageContext): Promise<Response> {
  const result = await door.flows.sessions.endOthers(visitOf(c));
  if (!result.ok) return turnBack(c, result, 'end-other-devices');
  const text = 'All other devices are signed out.';
  return seeOtherWith(c, DEVICES_PATH, { tone: 'good', text });
}

/** One of the other devices of this user, by the id of its session. */
export async function findDevice(c: PageContext, id: string): Promise<SessionSummary | undefined> {
  const sessions = await c.env.session.list();
  return sessions.find((session) => session.id === id && !session.current);
}
