// Behind a proxy: whose address is noted with a session, and what an operator is told when a Secure
// cookie would be lost on plain HTTP.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { HttpOptions } from '../../src/adapters/node.js';
import { createWorld, OPTIONS, OWN, type World } from '../http/fixture.js';
import { send, serveApplication } from './application.js';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => vi.restoreAllMocks());

describe('a proxy', () => {
  const headers = {
    'x-forwarded-for': '203.0.113.9, 198.51.100.7',
    'user-agent': 'Test/1',
    ...OWN,
  };
  const client = async () => (await world.store.list('ann'))[0]?.client;

  test('is not believed unless it is trusted', async () => {
    await send(await serveApplication(world), '/sign-in', { method: 'POST', headers });
    expect(await client()).toEqual({ address: '127.0.0.1', userAgent: 'Test/1' });
  });

  test.each<[NonNullable<HttpOptions['trustProxy']>, string]>([
    [1, '198.51.100.7'],
    [2, '203.0.113.9'],
    [['loopback'], '198.51.100.7'],
    [['loopback', '198.51.100.0/24'], '203.0.113.9'],
    [['10.0.0.0/8'], '127.0.0.1'],
  ])('is believed as trustProxy %j says', async (trustProxy, address) => {
    const port = await serveApplication(world, { ...OPTIONS, trustProxy });
    await send(port, '/sign-in', { method: 'POST', headers });
    expect(await client()).toEqual({ address, userAgent: 'Test/1' });
  });

  test.each<[string, string, Record<string, string>, HttpOptions, RegExp | null]>([
    ['plain HTTP', 'app.example', {}, OPTIONS, /"app\.example" over plain HTTP.*set trustProxy/],
    ['another port', 'app.example:8080', {}, OPTIONS, /"app\.example:8080" over plain HTTP/],
    ['localhost', 'localhost:3000', {}, OPTIONS, null],
    ['a name below it', 'app.localhost', {}, OPTIONS, null],
    ['127.0.0.1', '127.0.0.1:3000', {}, OPTIONS, null],
    ['[::1]', '[::1]:3000', {}, OPTIONS, null],
    ['a name like it', 'localhost.example', {}, OPTIONS, /over plain HTTP/],
    [
      'a proxy that nobody trusts',
      'app.example',
      { 'X-Forwarded-Proto': 'https' },
      OPTIONS,
      /through a proxy.*trustProxy is not set.*Set trustProxy/,
    ],
    [
      'a trusted proxy with HTTPS',
      'app.example',
      { 'X-Forwarded-Proto': 'https' },
      { ...OPTIONS, trustProxy: 1 },
      null,
    ],
    [
      'a trusted proxy with HTTP',
      'app.example',
      { 'X-Forwarded-Proto': 'http' },
      { ...OPTIONS, trustProxy: 1 },
      /the proxies say the browser used plain HTTP.*Redirect/,
    ],
    ['a host with a quote in it', 'a"b', {}, OPTIONS, /goes to "a\\"b" over/],
  ])('or its absence: a Secure cookie over %s', async (_, host, more, options, expected) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const port = await serveApplication(world, options);
    for (let time = 0; time < 2; time += 1) {
      const answer = await send(port, '/sign-in', {
        method: 'POST',
        headers: { ...OWN, Host: host, ...more },
      });
      expect(answer.headers['set-cookie']).toHaveLength(1);
    }
    if (expected === null) expect(warn).not.toHaveBeenCalled();
    else {
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]?.[0]).toMatch(expected);
    }
  });

  test('is no matter where no cookie is sent, or none that is Secure', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await send(await serveApplication(world), '/', { headers: { Host: 'app.example' } });
    expect(warn).not.toHaveBeenCalled();
    world = createWorld({ cookie: { insecureDevelopment: true } });
    const port = await serveApplication(world);
    warn.mockClear();
    await send(port, '/sign-in', { method: 'POST', headers: { ...OWN, Host: 'app.example' } });
    expect(warn).not.toHaveBeenCalled();
  });
});
