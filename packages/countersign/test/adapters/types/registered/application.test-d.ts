// An application in TypeScript, as its author writes it: no cast, no annotation that could be left out.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, createServer as createHttp2Server } from 'node:http2';
import express from 'express';
import { createSessions, type Session } from 'countersign';
import { sessionMiddleware } from 'countersign/adapters/express';
import { withSession as withFetchSession } from 'countersign/adapters/fetch';
import { withSession, withSessionUpgrade, type WithSession } from 'countersign/adapters/node';
import { memoryStore } from 'countersign/stores/memory';

interface MyData {
  cart: string[];
  visits: number;
}

declare module 'countersign' {
  interface Register {
    data: MyData;
  }
}

const sessions = createSessions({ store: memoryStore(), keys: ['k'.repeat(32)] });

const app = express();
app.use(sessionMiddleware(sessions));
app.get('/', (request, response) => {
  const userId: string | null = request.session.userId;
  const visits: number | undefined = request.session.data.visits;
  const cart: readonly string[] = request.session.data.cart ?? [];
  request.session.set('visits', (visits ?? 0) + 1);
  // @ts-expect-error A string is no number of visits.
  request.session.set('visits', 'many');
  // @ts-expect-error No such key.
  request.session.delete('basket');
  // @ts-expect-error Data is frozen.
  request.session.data.visits = 3;
  response.json({ userId, cart });
});

export const server = createServer(
  withSession(sessions, {}, (request, response) => {
    const cart: readonly string[] = request.session.data.cart ?? [];
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.end(`${request.url} ${cart.length}`);
  }),
);
server.on(
  'upgrade',
  withSessionUpgrade(sessions, {}, (request, socket, head) => {
    request.session.signal.addEventListener('abort', () => socket.destroy());
    socket.write(head);
  }),
);

/** A listener that stands by itself names what it gets. */
function home(request: IncomingMessage & WithSession<MyData>, response: ServerResponse): void {
  response.end(String(request.session.data.visits));
}
export const homeServer = createServer(withSession(sessions, {}, home));

/** Sessions with data of their own, which no registration describes. */
const others = createSessions<{ theme: 'light' | 'dark' }>({
  store: memoryStore(),
  keys: ['k'.repeat(32)],
});
export const standalone = withSession(others, {}, (request, response) => {
  const theme: 'light' | 'dark' | undefined = request.session.data.theme;
  response.end(theme);
});

export const http2Server = createHttp2Server(
  withSession(sessions, {}, (request, response) => {
    request.session.set('visits', 1);
    response.stream.respond({ ':status': 200 });
    response.end(request.authority);
  }),
);
/** With options in front of it, the listener of this function has no type yet; `on` knows it. */
export const secureServer = createSecureServer({}).on(
  'request',
  withSession(sessions, {}, async (request, response) => {
    await request.session.signIn('user');
    response.end(request.authority);
  }),
);

export const handle = withFetchSession(sessions, {}, (request, { session, address }) => {
  const typed: Session<MyData> = session;
  return Response.json({ visits: typed.data.visits, address, url: request.url });
});
export const answered: Promise<Response> = handle(new Request('https://app.example/'));

interface Environment {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string | undefined } };
}
export const handleOnNode = withFetchSession(
  sessions,
  { address: (_, env: Environment) => env.incoming.socket.remoteAddress },
  (request, { session }, env) =>
    new Response(`${request.method} ${session.userId} ${env.incoming.socket.remoteAddress}`),
);
