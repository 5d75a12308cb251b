// The overview: this session, and the ways to the other pages.

import type { User } from 'countersign/accounts';

import { HomePage } from '../views/home-page.js';
import { adviseOn } from '../views/security-state.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import { hallFrame } from './hall-frame.js';
import { provedInWords } from './proved-in-words.js';
import { sendPage } from './reply.js';
import { securityStateOf } from './security.js';

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
    proved: provedInWords(session.factors.map(({ kind }) => kind)),
    advised: adviseOn(securityStateOf(user)).length,
  });
  return sendPage(c, page);
}
