// The fetch adapter: Web requests in, Web responses out, whatever the platform. Bodies are never touched,
// responses that cannot be changed are copied (docs/design/sessions.md, "Commit order").

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { withSession, type FetchContext } from '../../src/adapters/fetch.js';
import { CountersignError } from '../../src/index.js';
import { createWorld, MINUTE, OPTIONS, OWN, type Data, type World } from '../http/fixture.js';

const URL_HERE = 'https://app.example/';

let world: World;
let cookie: string;
beforeEach(async () => {
  world = createWorld();
  cookie = await world.signIn();
});
afterEach(() => vi.restoreAllMocks());

type Handler = (request: Request, context: FetchContext<Data>) => Response | Promise<Response>;

async function answer(handler: Handler, init: RequestInit = { headers: { cookie } }) {
  return withSession(world.sessions, OPTIONS, handler)(new Request(URL_HERE, init));
}

const signIn: Handler = async (_, { session }) => {
  await session.signIn('bob');
  return new Response('in', { headers: { 'Set-Cookie': 'one=1', 'Cache-Control': 'public' } });
};

test('a handler gets the session, and its own response comes back where nothing is to be added', async () => {
  const response = new Response('static');
  expect(await answer(() => response)).toBe(response);
  expect(response.headers.get('vary')).toBeNull();
  const read = await answer((_, { session }) => new Response(session.userId));
  expect(await read.text()).toBe('ann');
  expect(read.headers.get('vary')).toBe('Cookie');
});

test('cookies are appended, with no-store and Vary beside them (D7, D8, A60)', async () => {
  const { headers } = await answer(signIn);
  const [theirs, ours, ...rest] = headers.getSetCookie();
  expect(theirs).toBe('one=1');
  expect(ours).toMatch(/^__Host-id=[\w-]{80}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  expect(rest).toEqual([]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('vary')).toBe('Cookie');
});

test('a response that a handler keeps and gives to everybody never holds a cookie of somebody', async () => {
  const kept = new Response(null, { status: 204 });
  const first = await answer(async (_, { session }) => {
    await session.signIn('bob');
    return kept;
  });
  expect(first.status).toBe(204);
  expect(first.headers.getSetCookie()).toHaveLength(1);
  const left = await answer(async (_, { session }) => {
    await session.signOut({ clearSiteData: true });
    return kept;
  });
  expect(left.headers.get('clear-site-data')).not.toBeNull();
  const visitor = await answer(() => kept, {});
  expect(visitor.headers.getSetCookie()).toEqual([]);
  expect(visitor.headers.get('clear-site-data')).toBeNull();
  expect(visitor.headers.get('cache-control')).toBeNull();
});

test('Vary is extended, not repeated', async () => {
  for (const [vary, after] of [
    ['Accept', 'Accept, Cookie'],
    ['cookie', 'cookie'],
    ['*', '*'],
  ] as const) {
    const response = await answer((_, { session }) => {
      expect(session.userId).toBe('ann');
      return new Response('', { headers: { vary } });
    });
    expect(response.headers.get('vary')).toBe(after);
  }
});

test.each<[string, () => Response]>([
  ['Response.redirect', () => Response.redirect('https://app.example/next', 303)],
  ['an answer with immutable headers', () => immutable(new Response('far', { status: 203 }))],
])('%s is copied to carry a cookie', async (_, make) => {
  const response = await answer(async (__, { session }) => {
    await session.signIn('bob');
    return make();
  });
  const { status, headers } = make();
  expect(response.status).toBe(status);
  expect(response.headers.get('location')).toBe(headers.get('location'));
  expect(response.headers.getSetCookie()).toHaveLength(1);
});

/** As `fetch` gives them. */
function immutable(response: Response): Response {
  const refuse = (): never => {
    throw new TypeError('immutable');
  };
  return Object.defineProperties(response, {
    headers: {
      value: Object.assign(new Headers(response.headers), { delete: refuse, set: refuse }),
    },
  });
}

test('a streaming body stays the stream it is, and streams on after the commit', async () => {
  let push: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      push = controller;
    },
  });
  const response = await answer(async (_, { session }) => {
    session.set('a', 'stored');
    await session.signIn('bob');
    return new Response(body);
  });
  expect(response.body).toBe(body);
  push?.enqueue(Buffer.from('late'));
  push?.close();
  expect(await response.text()).toBe('late');
});

test('a response waits for the store, and set afterwards throws', async () => {
  const release = world.store.holdWrites();
  let context: FetchContext<Data> | undefined;
  let isAnswered = false;
  const answered = answer((_, given) => {
    context = given;
    given.session.set('a', 'stored');
    return new Response('done');
  });
  void answered.then(() => {
    isAnswered = true;
  });
  await expect.poll(() => world.store.held).toBe(1);
  expect(isAnswered).toBe(false);
  release();
  expect(await (await answered).text()).toBe('done');
  expect(await world.stored()).toEqual({ a: 'stored' });
  expect(() => context?.session.set('a', 'late')).toThrow(/session\.set came after/);
});

test('a renewal goes with whatever is answered', async () => {
  world.clock.advance(16 * MINUTE);
  const response = await answer(() => new Response('static'));
  expect(response.headers.getSetCookie()).toHaveLength(1);
});

describe('what fails', () => {
  test('in the store is a 503, and the body of the application is let go', async () => {
    const cancel = vi.fn<() => void>();
    world.store.moods.set('patch', 'failing');
    const response = await answer((_, { session }) => {
      session.set('a', 'lost');
      return new Response(new ReadableStream({ cancel }), { headers: { ETag: '"1"' } });
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('etag')).toBeNull();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('before the handler is a 503 as well, and 401 answers a session that ended meanwhile', async () => {
    const ended = await answer(async (_, { session }) => {
      session.set('a', 'lost');
      await world.sessions.endUser('ann');
      return new Response('never');
    });
    expect(ended.status).toBe(401);
    world.store.mood = 'failing';
    expect((await answer(() => new Response('never'))).status).toBe(503);
  });

  test('by an error of this library has its status, with the cookie of a sign-in before it', async () => {
    const response = await answer(async (_, { session }) => {
      await session.signIn('bob');
      throw new CountersignError('store-unavailable', 'down');
    });
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toHaveLength(1);
  });

  test('by another error is passed on', async () => {
    await expect(
      answer(() => {
        throw new RangeError('mine');
      }),
    ).rejects.toThrow('mine');
  });

  test('with 500 or more drops what was staged, and keeps the cookie', async () => {
    const response = await answer(async (_, { session }) => {
      await session.signIn('bob');
      session.set('a', 'dropped');
      return new Response('no', { status: 500 });
    });
    expect(response.headers.getSetCookie()).toHaveLength(1);
    expect(await world.stored('bob')).toEqual({});
  });
});

describe('the request', () => {
  test('is checked for its origin first, and a refusal touches nothing (F22)', async () => {
    const handler = vi.fn<Handler>(signIn);
    const headers = { cookie, 'Sec-Fetch-Site': 'cross-site' };
    const response = await answer(handler, { method: 'POST', headers });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(handler).not.toHaveBeenCalled();
    expect(world.store.calls.get('read')).toBeUndefined();
    const own = await answer(handler, { method: 'POST', headers: { cookie, ...OWN } });
    expect(own.status).toBe(200);
  });

  test('HEAD gets a refusal without a body', async () => {
    world.store.mood = 'failing';
    const response = await answer(signIn, { method: 'HEAD', headers: { cookie } });
    expect(response.status).toBe(503);
    expect(response.body).toBeNull();
  });

  test.each(['/hook/', '/hook/x', '//hook', '/HOOK', '/ho%6Fk', '/x/../hook/y'])(
    'to %s is not covered by a bypass of /hook (34)',
    async (path) => {
      vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const bypass = [{ method: 'POST', route: '/hook', proof: 'signature' }];
      const handle = withSession(world.sessions, { ...OPTIONS, csrf: { bypass } }, signIn);
      const ask = async (to: string, method = 'POST'): Promise<number> =>
        (await handle(new Request(new URL(URL_HERE).origin + to, { method, headers: { cookie } })))
          .status;
      expect(await ask('/hook?x=/y')).toBe(200);
      expect(await ask(path)).toBe(403);
      expect(await ask('/hook', 'PUT')).toBe(403);
    },
  );

  test('tells the address that the platform knows, behind the proxies that are trusted', async () => {
    interface Environment {
      readonly remote: string | undefined;
    }
    const ask = async (trustProxy: number | false, remote?: string): Promise<string> => {
      const handle = withSession(
        world.sessions,
        { ...OPTIONS, trustProxy, address: (_, env: Environment) => env.remote },
        (_, { address }, env) => new Response(`${address} ${env.remote}`),
      );
      const request = new Request(URL_HERE, { headers: { 'X-Forwarded-For': '203.0.113.9' } });
      return (await handle(request, { remote })).text();
    };
    expect(await ask(false, '::ffff:192.0.2.1')).toBe('192.0.2.1 ::ffff:192.0.2.1');
    expect(await ask(1, '192.0.2.1')).toBe('203.0.113.9 192.0.2.1');
    expect(await ask(false)).toBe('null undefined');
  });

  test('over plain HTTP brings the warning, over HTTPS and on localhost it does not', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const handle = withSession(world.sessions, OPTIONS, signIn);
    await handle(new Request('https://app.example/'));
    await handle(new Request('http://localhost:3000/'));
    expect(warn).not.toHaveBeenCalled();
    await handle(new Request('http://app.example/'));
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

test('an option that is none of its own is refused, and address is one', () => {
  const wrong = { ...OPTIONS, adress: () => '127.0.0.1' };
  expect(() => withSession(world.sessions, wrong, signIn)).toThrow(
    /^adress: is not an option here\. The options are: .*, address$/,
  );
});
