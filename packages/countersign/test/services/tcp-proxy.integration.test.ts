// The breaking network that other tests rely on: tcp-proxy.ts.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startProxy, type TcpProxy } from './tcp-proxy.js';

/** Long enough for bytes to cross this machine many times over. */
const A_WHILE_MS = 60;

let echo: Server;
let proxy: TcpProxy;
const accepted = new Set<Socket>();
const opened = new Set<Socket>();

beforeEach(async () => {
  echo = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => undefined).on('close', () => accepted.delete(socket));
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startProxy((echo.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const socket of opened) socket.destroy();
  opened.clear();
  await proxy.stop();
  echo.close();
});

async function dial(): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  opened.add(socket);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

async function answer(socket: Socket): Promise<string> {
  const chunks: unknown[] = await once(socket, 'data');
  return String(chunks[0]);
}

async function ask(socket: Socket, text: string): Promise<string> {
  const reply = answer(socket);
  socket.write(text);
  return reply;
}

/** With an error or without. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

function isSilent(socket: Socket): Promise<boolean> {
  return Promise.race([
    sleep(A_WHILE_MS, true),
    once(socket, 'data').then(() => false),
    closing(socket).then(() => false),
  ]);
}

/** The server hears of an end a moment after the client does. */
function expectNothingAccepted(): Promise<void> {
  return expect.poll(() => accepted.size).toBe(0);
}

test('an unbroken network carries bytes both ways, and the end', async () => {
  const socket = await dial();
  expect(await ask(socket, 'there and back')).toBe('there and back');
  socket.end();
  await closing(socket);
  await expectNothingAccepted();
});

test('a server that goes away closes the client’s connection', async () => {
  const socket = await dial();
  await ask(socket, 'hello');
  const closed = closing(socket);
  for (const one of accepted) one.resetAndDestroy();
  await closed;
  expect(socket.destroyed).toBe(true);
});

describe('a cut network', () => {
  test('closes every connection and refuses new ones until it is restored', async () => {
    const socket = await dial();
    await ask(socket, 'hello');
    const closed = closing(socket);
    proxy.cut();
    await closed;
    await expect(dial()).rejects.toThrow('ECONNREFUSED');
    proxy.restore();
    expect(await ask(await dial(), 'again')).toBe('again');
  });

  test('leaves nothing open at the server', async () => {
    await ask(await dial(), 'hello');
    proxy.cut();
    await expectNothingAccepted();
  });
});

describe('a black hole', () => {
  test('swallows what either side says and closes nothing', async () => {
    const socket = await dial();
    await ask(socket, 'hello');
    proxy.blackHole();
    socket.write('lost');
    expect(await isSilent(socket)).toBe(true);
    for (const one of accepted) one.write('lost too');
    expect(await isSilent(socket)).toBe(true);
    expect(accepted.size).toBe(1);
  });

  test('accepts new connections, of which the server hears nothing', async () => {
    proxy.blackHole();
    const socket = await dial();
    socket.write('anyone?');
    expect(await isSilent(socket)).toBe(true);
    expect(accepted.size).toBe(0);
  });

  test('delivers late what was sent meanwhile, on old connections and new ones', async () => {
    const old = await dial();
    await ask(old, 'hello');
    proxy.blackHole();
    const young = await dial();
    old.write('old');
    young.write('young');
    await sleep(A_WHILE_MS);
    const answers = Promise.all([answer(old), answer(young)]);
    proxy.restore();
    expect(await answers).toEqual(['old', 'young']);
  });

  test('keeps an end to itself until it is restored', async () => {
    const socket = await dial();
    await ask(socket, 'hello');
    proxy.blackHole();
    socket.destroy();
    await sleep(A_WHILE_MS);
    expect(accepted.size).toBe(1);
    proxy.restore();
    await expectNothingAccepted();
  });
});

describe('a network that forgets its connections', () => {
  test('leaves those that stood silent for ever, and serves new ones', async () => {
    const socket = await dial();
    await ask(socket, 'hello');
    proxy.strand();
    socket.write('lost');
    expect(await isSilent(socket)).toBe(true);
    expect(await ask(await dial(), 'a new one')).toBe('a new one');
    proxy.restore();
    for (const one of accepted) one.end();
    expect(await isSilent(socket)).toBe(true);
  });
});

describe('a slow network', () => {
  test('takes the delay once in each direction', async () => {
    const socket = await dial();
    await ask(socket, 'hello');
    proxy.delay(50);
    const start = performance.now();
    await ask(socket, 'slow');
    // A timer may be early by the age of its turn of the event loop.
    expect(performance.now() - start).toBeGreaterThan(75);
    // Longer than this test may take.
    proxy.delay(600_000);
    proxy.restore();
    await ask(socket, 'quick');
  });

  test('keeps the order of bytes when it becomes quick again', async () => {
    const socket = await dial();
    proxy.delay(50);
    socket.write('1');
    await sleep(10);
    proxy.restore();
    socket.write('2');
    let all = '';
    while (all.length < 2) all += await answer(socket);
    expect(all).toBe('12');
  });
});
