// The routes of the application that is raced, the same for every product; a product says what a session
// is by a `Visit`. Not an example of good style: gates stand where real handlers would do slow work.

import type { Gates } from './gates.js';

/** One request's session, in the product's own way. */
export interface Visit {
  readonly userId: string | null;
  /** What is stored in the session. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Stores one key, at once or by the time of the response. */
  set(key: string, value: string): void | Promise<void>;
  /** Adds 1 to a number in the session, as carefully as the product can. */
  increment(key: string): void | Promise<void>;
  /**
   * Checks the password by `verify` and signs in.
   * @returns false when the product refuses
   */
  signIn(userId: string, verify: () => Promise<void>): Promise<boolean>;
  /** Comes back when the session has ended. */
  signOut(): Promise<void>;
  /** Ends the user's other sessions. Absent where the product cannot. */
  endOthers?(): Promise<void>;
  /** How many sessions the user has. Absent where the product cannot tell. */
  count?(): Promise<number>;
}

export interface Reply {
  readonly status: number;
  readonly body: ReplyBody;
}

/** What every route answers, as JSON. */
export interface ReplyBody {
  readonly user: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly count?: number;
  /** When an ending had returned: `performance.now()` of the nodes' process. */
  readonly endedAt?: number;
}

type Route = (visit: Visit, parameters: URLSearchParams, gate: Gate) => Promise<Reply>;
/** Waits where the request asks to; comes back at once for one that does not. */
type Gate = () => Promise<void>;

const VISITOR: Reply = { status: 401, body: { user: null } };
const NO_ROUTE: Reply = { status: 404, body: { user: null } };

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /me': async (visit, _, gate) => {
    await gate();
    return reply(visit);
  },
  'GET /data': async (visit) => ({
    status: 200,
    body: { user: visit.userId, data: visit.data },
  }),
  'GET /count': async (visit) =>
    visit.count === undefined
      ? NO_ROUTE
      : { status: 200, body: { user: visit.userId, count: await visit.count() } },
  'POST /sign-in': async (visit, parameters, gate) => {
    const user = parameters.get('user') ?? '';
    const isIn = await visit.signIn(user, gate);
    return isIn ? { status: 200, body: { user } } : VISITOR;
  },
  'POST /sign-out': async (visit) => {
    await visit.signOut();
    return { status: 200, body: { user: null, endedAt: performance.now() } };
  },
  'POST /end-others': async (visit) => {
    if (visit.endOthers === undefined) return NO_ROUTE;
    if (visit.userId === null) return VISITOR;
    await visit.endOthers();
    return { status: 200, body: { user: visit.userId, endedAt: performance.now() } };
  },
  'POST /set': async (visit, parameters, gate) => {
    if (visit.userId === null) return VISITOR;
    await gate();
    await visit.set(parameters.get('key') ?? '', parameters.get('value') ?? '');
    return reply(visit);
  },
  'POST /increment': async (visit, parameters, gate) => {
    if (visit.userId === null) return VISITOR;
    await gate();
    await visit.increment(parameters.get('key') ?? '');
    return reply(visit);
  },
};

/**
 * Answers one request.
 * @param target the request's method and its path with parameters, such as `POST /set?key=a&value=b`
 */
export async function visitRoute(target: string, visit: Visit, gates: Gates): Promise<Reply> {
  const [route = '', query = ''] = target.split('?', 2);
  const parameters = new URLSearchParams(query);
  const name = parameters.get('gate');
  const gate = name === null ? async () => undefined : async () => gates.pass(name);
  const handle = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
  return handle === undefined ? NO_ROUTE : handle(visit, parameters, gate);
}

function reply(visit: Visit): Reply {
  return { status: 200, body: { user: visit.userId } };
}
