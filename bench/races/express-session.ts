// express-session as its README has it: `resave` and `saveUninitialized` off, signing in by `regenerate`
// and `save`, signing out by saving without the user, then `regenerate`.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { promisify } from 'node:util';

import { RedisStore } from 'connect-redis';
import { answer, type Contender, type Gates, type Visit } from 'countersign-races';
import session, { type Session, type Store } from 'express-session';
import { createClient } from 'redis';

import { createRival, fail, NO_RENEWAL } from './rival.js';

const LACKS = {
  'end others': 'no list of a user’s sessions',
  renewal: NO_RENEWAL,
} as const;

export function expressSessionInMemory(): Contender {
  return createRival({
    name: 'express-session, MemoryStore',
    lacks: LACKS,
    mostNodes: 1,
    open: async (gates) => ({ listeners: [createListener(undefined, gates)] }),
  });
}

export function expressSessionOnRedis(url: string): Contender {
  let starts = 0;
  return createRival({
    name: 'express-session, connect-redis',
    lacks: LACKS,
    mostNodes: 3,
    open: async (gates, nodes) => {
      starts += 1;
      const prefix = `express-${starts}:`;
      const clients = await Promise.all(
        Array.from({ length: nodes }, async () => createClient({ url }).connect()),
      );
      return {
        listeners: clients.map((client) =>
          createListener(new RedisStore({ client, prefix }), gates),
        ),
        stop: async () => {
          await Promise.all(clients.map(async (client) => client.close()));
        },
      };
    },
  });
}

function createListener(store: Store | undefined, gates: Gates): RequestListener {
  const middleware = session({
    secret: 'a secret of the benchmark, long enough to be one',
    ...(store === undefined ? {} : { store }),
    resave: false,
    saveUninitialized: false,
    proxy: true,
    cookie: { secure: true, sameSite: 'lax' },
  });
  const load = promisify(middleware);
  const serve = async (request: WithSession, response: ServerResponse): Promise<void> => {
    await load(request, response);
    await answer(request, response, { visit: visitOf(request), gates });
  };
  return (request, response) => {
    serve(request, response).catch((error: unknown) => fail(response, error));
  };
}

type WithSession = IncomingMessage & { session?: Session };

function visitOf(request: WithSession): Visit {
  /** `regenerate` puts another one in its place. */
  const current = (): Session => {
    if (request.session === undefined) throw new Error('The middleware made no session');
    return request.session;
  };
  const save = async (): Promise<void> =>
    promisify((done: (error?: unknown) => void) => current().save(done))();
  const regenerate = async (): Promise<void> =>
    promisify((done: (error?: unknown) => void) => current().regenerate(done))();
  return {
    get userId() {
      return current().user ?? null;
    },
    get data() {
      return current();
    },
    set: (key, value) => {
      current()[key] = value;
    },
    increment: (key) => {
      current()[key] = Number(current()[key] ?? 0) + 1;
    },
    signIn: async (userId, verify) => {
      await verify();
      await regenerate();
      current().user = userId;
      await save();
      return true;
    },
    signOut: async () => {
      current().user = null;
      await save();
      await regenerate();
    },
  };
}
