// An application whose requests have a `session` of another package, as express-session's types have it.

import type { Request } from 'express';
import { createSessions } from 'countersign';
import { sessionMiddleware, type WithSession } from 'countersign/adapters/express';
import { memoryStore } from 'countersign/stores/memory';

declare module 'countersign' {
  interface Register {
    data: { visits: number };
    requestProperty: false;
  }
}

interface OtherSession {
  cookie: { maxAge: number };
  regenerate(): void;
}

declare global {
  namespace Express {
    interface Request {
      session: OtherSession;
    }
  }
}

export const middleware = sessionMiddleware(
  createSessions({ store: memoryStore(), keys: ['k'.repeat(32)] }),
);

export function readOther(request: Request): number {
  return request.session.cookie.maxAge;
}

export function readOurs(request: WithSession<{ visits: number }>): number {
  return request.session.data.visits ?? 0;
}
