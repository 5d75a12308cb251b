// What the HTTP tests stand on: sessions over a moody store with a clock moved by hand, real servers on
// free ports, and a client that shows the bytes as they are.

import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { afterEach } from 'vitest';

import { createSessions, type Sessions, type SessionsOptions } from '../../src/index.js';
import { createFakeClock, type FakeClock } from '../../src/testing/index.js';
import { createMoodyStore, type MoodyStore } from './moody-store.js';

export const MINUTE = 60_000;
const KEY = 'an-example-key-of-more-than-32-bytes-0123456789';
export const ORIGIN = 'https://app.example';
/** What every test passes to an adapter, so that nothing is printed. */
export const OPTIONS = { origins: [ORIGIN], onError: (): void => undefined } as const;
/** What a page of this application sends along. */
export const OWN = { 'sec-fetch-site': 'same-origin', origin: ORIGIN } as const;

export interface Data {
  a: string;
  b: number;
  note: string;
}

const closing: (() => Promise<void>)[] = [];

export interface World {
  readonly sessions: Sessions<Data>;
  readonly clock: FakeClock;
  readonly store: MoodyStore;
  /** The Cookie header of a session that is signed in. */
  readonly signIn: (userId?: string) => Promise<string>;
  /** What is stored of the user's newest session. */
  readonly stored: (userId?: string) => Promise<unknown>;
}

export function createWorld(options: Partial<SessionsOptions<Data>> = {}): World {
  const clock = createFakeClock();
  const store = createMoodyStore(clock);
  // A test that fails must not leave a response waiting for its commit.
  closing.push(async () => store.holdWrites()());
  const sessions = createSessions<Data>({ store, keys: [KEY], clock, ...options });
  return {
    sessions,
    clock,
    store,
    async signIn(userId = 'ann') {
      const session = await sessions.check(undefined);
      await session.signIn(userId);
      const { cookies } = await session.commit({ status: 200 });
      return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
    async stored(userId = 'ann') {
      const [record] = await store.list(userId);
      return record === undefined ? undefined : (JSON.parse(record.data) as unknown);
    },
  };
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Serves until the test ends. @returns the port */
export async function serve(listener: RequestListener): Promise<number> {
  return listen(createServer(listener));
}

export async function listen(server: Server | Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export { createHttp2Server };

/** Runs when the test ends. */
export function atEnd(close: () => Promise<void> | void): void {
  closing.unshift(async () => close());
}

export interface Wire {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly text: () => string;
  /** Resolves once what was received contains the text; rejects when the connection closes first. */
  readonly until: (text: string) => Promise<string>;
  /** Resolves with everything once the server has closed the connection. */
  readonly closed: () => Promise<string>;
}

/** A connection that shows bytes. */
export async function wire(port: number): Promise<Wire> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let look = (): void => undefined;
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    look();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    look();
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  atEnd(() => void socket.destroy());
  const wait = async (done: () => boolean): Promise<string> => {
    while (!done()) {
      if (isClosed) throw new Error(`The connection closed after: ${received}`);
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    }
    return received;
  };
  return {
    socket,
    text: () => received,
    until: async (text) => wait(() => received.includes(text)),
    closed: async () => wait(() => isClosed),
  };
}

/** A GET as bytes. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return request('GET', path, headers);
}

export function request(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): string {
  const fields = Object.entries({ Host: 'app.example', ...headers });
  return `${method} ${path} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** Lets everything happen that is ready to, sockets included. No time passes for the fake clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Waits until something holds that only needs the machine to get on with it. */
export async function eventually(holds: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (performance.now() < end) {
    if (holds()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error(`It never came to that: ${String(holds)}`);
}
