// The overview, and the only page of this first slice that shows nothing but that it is protected.

import type { User } from 'countersign/accounts';

import { HomePage } from '../views/home-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { sendPage } from './reply.js';

export async function showHome(door: Doorkeeper, c: PageContext, user: User): Promise<Response> {
  const { session } = c.env;
  const { policy } = door.sessions;
  const sessions = await session.list();
  const now = door.clock.now();
  const page = HomePage({
    frame: hallFrame(door, c, user),
    now,
    userAgent: c.req.header('user-agent') ?? null,
    authenticatedAt: session.authenticatedAt ?? now,
    expiresAt: session.expiresAt ?? now,
    idle: session.remembered ? policy.remembered.idle : policy.idle,
    others: sessions.filter(({ current }) => !current).length,
  });
  return sendPage(c, page);
}
