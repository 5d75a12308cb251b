// better-auth with e-mail and password on PostgreSQL, with and without its cookie cache. Session data are
// additional fields of the session, declared beforehand and changed by `updateSession`.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders } from 'better-auth/node';
import { answer, SITE, type Contender, type Gates, type Visit } from 'countersign-races';
import pg from 'pg';

import { createRival, fail, NO_RENEWAL } from './rival.js';

/** What the scenarios write. */
const FIELDS: readonly string[] = ['draft', ...Array.from({ length: 20 }, (_, key) => `k${key}`)];
/** As in its documentation. */
const CACHE_SECONDS = 5 * 60;

export function betterAuthOnDatabase(url: string): Contender {
  return create('better-auth, PostgreSQL', url, false);
}

export function betterAuthWithCookieCache(url: string): Contender {
  return create('better-auth, PostgreSQL and cookie cache', url, true);
}

function create(name: string, url: string, enabled: boolean): Contender {
  let starts = 0;
  return createRival({
    name,
    lacks: { renewal: NO_RENEWAL },
    mostNodes: 3,
    open: async (gates, nodes) => {
      starts += 1;
      const run = `run-${starts}-${enabled ? 'cached' : 'plain'}`;
      const pools = Array.from({ length: nodes }, () => new pg.Pool({ connectionString: url }));
      const passwords = new Map<string, () => Promise<void>>();
      const auths = pools.map((pool) => createAuth(pool, passwords, enabled));
      const [first] = auths;
      if (first !== undefined) await (await getMigrations(first.options)).runMigrations();
      const users = createUsers(run);
      return {
        listeners: auths.map((auth) => (request, response) => {
          serve(request, response, { auth, gates, users, passwords }).catch((error: unknown) =>
            fail(response, error),
          );
        }),
        stop: async () => {
          await Promise.all(pools.map(async (pool) => pool.end()));
        },
      };
    },
  });
}

function createAuth(
  database: pg.Pool,
  passwords: ReadonlyMap<string, () => Promise<void>>,
  enabled: boolean,
) {
  return betterAuth({
    database,
    baseURL: SITE,
    secret: 'a secret of the benchmark, long enough to be one',
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      autoSignIn: false,
      password: {
        hash: async (password) => password,
        // Where a real one takes its time.
        verify: async ({ password }) => {
          await passwords.get(password)?.();
          return passwords.has(password);
        },
      },
    },
    session: {
      cookieCache: { enabled, maxAge: CACHE_SECONDS },
      additionalFields: {
        ...Object.fromEntries(
          FIELDS.map((key) => [key, { type: 'string', required: false }] as const),
        ),
        n: { type: 'number', required: false },
      },
    },
  });
}

type Auth = ReturnType<typeof createAuth>;

/** Users come into being when they first sign in. */
interface Users {
  ensure(auth: Auth, user: string): Promise<string>;
}

function createUsers(run: string): Users {
  const known = new Map<string, Promise<unknown>>();
  return {
    ensure: async (auth, user) => {
      const email = `${user}@${run}.example`;
      const creation =
        known.get(user) ??
        auth.api.signUpEmail({ body: { name: user, email, password: randomUUID() } });
      known.set(user, creation);
      await creation;
      return email;
    },
  };
}

interface Node {
  readonly auth: Auth;
  readonly gates: Gates;
  readonly users: Users;
  readonly passwords: Map<string, () => Promise<void>>;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  node: Node,
): Promise<void> {
  const headers = fromNodeHeaders(request.headers);
  const found = await node.auth.api.getSession({ headers, returnHeaders: true });
  passOn(found.headers, response);
  const visit = visitOf(node, { headers, response, found: found.response });
  await answer(request, response, { visit, gates: node.gates });
}

/** Its cookies, as its adapters for frameworks pass them on. */
function passOn(headers: Headers, response: ServerResponse): void {
  for (const field of headers.getSetCookie()) response.appendHeader('Set-Cookie', field);
}

interface Asked {
  readonly headers: Headers;
  readonly response: ServerResponse;
  readonly found: Awaited<ReturnType<Auth['api']['getSession']>>;
}

function visitOf({ auth, users, passwords }: Node, { headers, response, found }: Asked): Visit {
  const data: Readonly<Record<string, unknown>> = { ...found?.session };
  const change = async (body: Record<string, unknown>): Promise<void> => {
    const updated = await auth.api.updateSession({ body, headers, returnHeaders: true });
    passOn(updated.headers, response);
  };
  return {
    userId: found?.user.name ?? null,
    data,
    set: async (key, value) => change({ [key]: value }),
    increment: async (key) => change({ [key]: Number(data[key] ?? 0) + 1 }),
    signIn: async (userId, verify) => {
      const email = await users.ensure(auth, userId);
      const password = randomUUID();
      passwords.set(password, verify);
      const body = { email, password };
      const signedIn = await auth.api.signInEmail({ body, headers, returnHeaders: true });
      passOn(signedIn.headers, response);
      return true;
    },
    signOut: async () => {
      const { headers: cleared } = await auth.api.signOut({ headers, returnHeaders: true });
      passOn(cleared, response);
    },
    endOthers: async () => void (await auth.api.revokeOtherSessions({ headers })),
    count: async () => (await auth.api.listSessions({ headers })).length,
  };
}
