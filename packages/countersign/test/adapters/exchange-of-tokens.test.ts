// By what a token comes in and goes out: the cookie alone, whatever else a request or an answer could
// carry it in (OWASP A12-A14; ASVS 3.3.4, 14.2.1).

import { describe, expect, test } from 'vitest';

import { withSession } from '../../src/adapters/fetch.js';
import { createWorld, OPTIONS, OWN, type World } from '../http/fixture.js';

const URL_HERE = 'https://app.example/';

async function tokenOf(world: World): Promise<string> {
  return (await world.signIn()).replace('__Host-id=', '');
}

async function userOf(world: World, url: string, init: RequestInit): Promise<string> {
  const handle = withSession(
    world.sessions,
    OPTIONS,
    (_, { session }) => new Response(session.userId ?? 'nobody'),
  );
  const response = await handle(new Request(url, init));
  expect(response.headers.getSetCookie()).toEqual([]);
  return response.text();
}

describe('a token', () => {
  test('is taken from its cookie (A12)', async () => {
    const world = createWorld();
    const headers = { cookie: await world.signIn() };
    expect(await userOf(world, URL_HERE, { headers })).toBe('ann');
  });

  test.each<[string, (token: string) => [url: string, init: RequestInit]]>([
    ['the query', (token) => [`${URL_HERE}?__Host-id=${token}&id=${token}`, {}]],
    ['the path', (token) => [`${URL_HERE};__Host-id=${token}/${token}`, {}]],
    ['the fragment', (token) => [`${URL_HERE}#__Host-id=${token}`, {}]],
    ['Authorization', (token) => [URL_HERE, { headers: { authorization: `Bearer ${token}` } }]],
    [
      'headers of other names',
      (token) => [
        URL_HERE,
        {
          headers: {
            '__Host-id': token,
            'x-session-id': token,
            'set-cookie': `__Host-id=${token}`,
          },
        },
      ],
    ],
    [
      'a form',
      (token) => [
        URL_HERE,
        { method: 'POST', headers: OWN, body: new URLSearchParams({ '__Host-id': token }) },
      ],
    ],
    [
      'JSON',
      (token) => [
        URL_HERE,
        { method: 'POST', headers: OWN, body: JSON.stringify({ '__Host-id': token }) },
      ],
    ],
    ['a cookie of another name', (token) => [URL_HERE, { headers: { cookie: `id=${token}` } }]],
  ])('is nothing in %s (A13)', async (_, build) => {
    const world = createWorld();
    const [url, init] = build(await tokenOf(world));
    expect(await userOf(world, url, init)).toBe('nobody');
  });

  test('that is new has only its Set-Cookie to travel in (A14; ASVS 3.3.4)', async () => {
    const world = createWorld();
    const handle = withSession(world.sessions, OPTIONS, async (_, { session }) => {
      await session.signIn('bob');
      const { id, userId, data, factors } = session;
      const [all, why] = [await session.list(), session.explain()];
      return Response.json({ session, id, userId, data, factors, all, why });
    });
    const response = await handle(new Request(URL_HERE));
    const [cookie = '', ...others] = response.headers.getSetCookie();
    const token = /^__Host-id=([\w-]{80});/.exec(cookie)?.[1] ?? '';
    const secret = token.slice(24);
    expect(secret).toHaveLength(56);
    expect(others).toEqual([]);
    const rest = [...response.headers].filter(([name]) => name !== 'set-cookie');
    expect(JSON.stringify(rest)).not.toContain(secret);
    expect(await response.text()).not.toContain(secret);
  });
});
