// Upgrades to WebSocket on a node server: the Origin is checked (F21), the session is there, and its
// signal closes the socket.

import { createServer } from 'node:http';

import { beforeEach, expect, test } from 'vitest';

import { withSession, withSessionUpgrade } from '../../src/adapters/node.js';
import {
  createWorld,
  get,
  listen,
  OPTIONS,
  ORIGIN,
  wire,
  type Wire,
  type World,
} from '../http/fixture.js';

let world: World;
let cookie: string;
let seen: unknown[];
beforeEach(async () => {
  world = createWorld();
  cookie = await world.signIn();
  seen = [];
});

const UPGRADE = { Upgrade: 'websocket', Connection: 'Upgrade' } as const;

async function connect(): Promise<Wire> {
  const server = createServer(
    withSession(world.sessions, OPTIONS, (_, response) => response.end()),
  );
  server.on(
    'upgrade',
    withSessionUpgrade(world.sessions, OPTIONS, ({ session }, socket) => {
      try {
        session.set('a', 'too late');
      } catch (error) {
        seen.push(error);
      }
      socket.on('end', () => socket.end());
      session.signal.addEventListener('abort', () => socket.end('over'));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\nhello ${session.userId}`);
    }),
  );
  return wire(await listen(server));
}

test('from a page of this application has its session, which only reads and updates', async () => {
  const { socket, until } = await connect();
  socket.write(get('/', { cookie, Origin: ORIGIN, ...UPGRADE }));
  expect(await until('hello')).toContain('hello ann');
  expect(seen).toMatchObject([{ code: 'response-started' }]);
});

test('is closed by the signal when the session ends', async () => {
  const { socket, until, closed } = await connect();
  socket.write(get('/', { cookie, Origin: ORIGIN, ...UPGRADE }));
  await until('hello');
  await world.sessions.endUser('ann');
  expect(await closed()).toMatch(/over$/);
});

test.each([
  ['a foreign page', { Origin: 'https://evil.example' }],
  ['a page without an origin', { Origin: 'null' }],
  ['no page at all', {}],
])('from %s is a 403, and the listener never hears of it (F21)', async (_, origin) => {
  const { socket, closed } = await connect();
  socket.write(get('/', { cookie, ...origin, ...UPGRADE }));
  const received = await closed();
  expect(received).toMatch(/^HTTP\/1\.1 403 .*\r\nConnection: close\r\n\r\nForbidden\n$/s);
  expect(world.store.calls.get('read')).toBeUndefined();
  expect(seen).toEqual([]);
});

test('while the store is down is a 503', async () => {
  world.store.mood = 'failing';
  const { socket, closed } = await connect();
  socket.write(get('/', { cookie, Origin: ORIGIN, ...UPGRADE }));
  expect(await closed()).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 5/s);
});

test('of a client that resets the connection during the check ends nothing else', async () => {
  world.store.mood = 'slow';
  const { socket } = await connect();
  socket.write(get('/', { cookie, Origin: 'https://evil.example', ...UPGRADE }));
  socket.resetAndDestroy();
  const other = await connect();
  other.socket.write(get('/', { cookie, Origin: ORIGIN, ...UPGRADE }));
  expect(await other.until('hello')).toContain('hello ann');
});
