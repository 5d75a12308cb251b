// The article's point, side by side: with Basic authentication the browser sends the password with
// every request; with a session it sends it once. `side-by-side-server.ts` runs this.

import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

import { createSessions, type Clock } from 'countersign';
import { withSession, type WithSession } from 'countersign/adapters/node';
import { memoryStore } from 'countersign/stores/memory';

/** An example. Real passwords are hashed: see `countersign/accounts`. */
export const USER = { name: 'ada', password: 'engine-no-1' } as const;

/** `/basic` asks for the password each time; `/session`, `/sign-in` and `/sign-out` do not. */
export function createListener(options: {
  readonly key: string;
  readonly origin: string;
  readonly clock?: Clock;
}): RequestListener {
  const { key, origin, ...rest } = options;
  const sessions = createSessions({ store: memoryStore(rest), keys: [key], ...rest });
  const pages = withSession(sessions, { origins: [origin] }, async (request, response) => {
    const { session } = request;
    if (request.url === '/sign-in' && (await isSignIn(request))) {
      await session.signIn(USER.name, { factors: ['password'], remember: true });
    }
    if (request.url === '/sign-out' && request.method === 'POST') await session.signOut();
    response.statusCode = session.userId === null ? 401 : 200;
    response.end(session.userId === null ? 'Please sign in' : `Hello ${session.userId}`);
  });
  return (request, response) => {
    if (request.url !== '/basic') return pages(request, response);
    const known = Buffer.from(`${USER.name}:${USER.password}`).toString('base64');
    const isKnown = request.headers.authorization === `Basic ${known}`;
    if (!isKnown) response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="example"' });
    response.end(isKnown ? `Hello ${USER.name}` : 'Please sign in');
  };
}

async function isSignIn(request: IncomingMessage & WithSession<unknown>): Promise<boolean> {
  if (request.method !== 'POST') return false;
  const form = new URLSearchParams(await text(request));
  return form.get('name') === USER.name && form.get('password') === USER.password;
}
