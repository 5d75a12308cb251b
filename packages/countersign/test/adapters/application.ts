// An application as small as they come, on a real server, and a client for it.

import { request as httpRequest } from 'node:http';

import { withSession, type HttpOptions } from '../../src/adapters/node.js';
import { OPTIONS, serve, type World } from '../http/fixture.js';

/** Sign in, sign out, notes and a counter. @returns the port */
export async function serveApplication(
  world: World,
  options: HttpOptions = OPTIONS,
): Promise<number> {
  return serve(
    withSession(world.sessions, options, async ({ session, url = '/' }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://localhost');
      if (pathname === '/sign-in') await session.signIn(searchParams.get('user') ?? 'ann');
      if (pathname === '/sign-out') await session.signOut();
      if (pathname === '/a') session.set('a', searchParams.get('to') ?? '');
      if (pathname === '/note') session.set('note', searchParams.get('to') ?? '');
      if (pathname === '/count')
        await session.update((data) => ({ ...data, b: (data.b ?? 0) + 1 }));
      if (pathname === '/take') session.take('note');
      response.end(JSON.stringify({ userId: session.userId, data: session.data }));
    }),
  );
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request on a connection of its own. */
export async function send(
  port: number,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ port, path, agent: false, ...options }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode, headers: incoming.headers, body });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
