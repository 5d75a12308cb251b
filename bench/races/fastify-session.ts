// @fastify/session with its own store, as its README has it; nothing is stored for visitors.

import cookie from '@fastify/cookie';
import session from '@fastify/session';
import { visitRoute, type Contender, type Visit } from 'countersign-races';
import Fastify, { type FastifyRequest } from 'fastify';

import { createRival, NO_RENEWAL } from './rival.js';

declare module 'fastify' {
  interface Session {
    user?: string;
    [key: string]: unknown;
  }
}

export function fastifySessionInMemory(): Contender {
  return createRival({
    name: '@fastify/session, its memory store',
    lacks: { 'end others': 'no list of a user’s sessions', renewal: NO_RENEWAL },
    mostNodes: 1,
    open: async (gates) => {
      const app = Fastify({ trustProxy: true });
      await app.register(cookie);
      await app.register(session, {
        secret: 'a secret of the benchmark, long enough to be one',
        saveUninitialized: false,
      });
      app.all('/*', async (request, reply) => {
        const { status, body } = await visitRoute(
          `${request.method} ${request.url}`,
          visitOf(request),
          gates,
        );
        return reply.code(status).send(body);
      });
      await app.ready();
      return {
        listeners: [(request, response) => app.routing(request, response)],
        stop: async () => app.close(),
      };
    },
  });
}

/** `regenerate` puts another session in its place, so it is asked anew each time. */
function visitOf(request: FastifyRequest): Visit {
  return {
    get userId() {
      return request.session.user ?? null;
    },
    get data() {
      return request.session;
    },
    set: (key, value) => request.session.set(key, value),
    increment: (key) => request.session.set(key, Number(request.session[key] ?? 0) + 1),
    signIn: async (userId, verify) => {
      await verify();
      await request.session.regenerate();
      request.session.user = userId;
      await request.session.save();
      return true;
    },
    signOut: async () => request.session.destroy(),
  };
}
