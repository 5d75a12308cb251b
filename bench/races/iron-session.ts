// iron-session as its README has it: everything is in the cookie, and nothing on the server.

import { answer, type Contender, type Gates, type Visit } from 'countersign-races';
import { getIronSession, type IronSession } from 'iron-session';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { createRival, fail, NO_RENEWAL } from './rival.js';

interface Data {
  user?: string;
  [key: string]: unknown;
}

export function ironSession(): Contender {
  return createRival({
    name: 'iron-session',
    lacks: { 'end others': 'nothing is kept on the server', renewal: NO_RENEWAL },
    mostNodes: 3,
    open: async (gates, nodes) => ({
      listeners: Array.from({ length: nodes }, () => (request, response) => {
        serve(request, response, gates).catch((error: unknown) => fail(response, error));
      }),
    }),
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  gates: Gates,
): Promise<void> {
  const session = await getIronSession<Data>(request, response, {
    password: 'a password of the benchmark, long enough to be one',
    cookieName: 'session',
  });
  await answer(request, response, { visit: visitOf(session), gates });
}

function visitOf(session: IronSession<Data>): Visit {
  const data: Data = session;
  return {
    get userId() {
      return data.user ?? null;
    },
    data,
    set: async (key, value) => {
      data[key] = value;
      await session.save();
    },
    increment: async (key) => {
      data[key] = Number(data[key] ?? 0) + 1;
      await session.save();
    },
    signIn: async (userId, verify) => {
      await verify();
      data.user = userId;
      await session.save();
      return true;
    },
    signOut: async () => session.destroy(),
  };
}
