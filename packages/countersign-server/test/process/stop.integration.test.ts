import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makeFolder } from '../setup/folder.js';
import { startDoorkeeper, type Doorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor, PASSWORD } from './http-visitor.js';

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function isAccepting(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).then((is) => {
    socket.destroy();
    return is === true;
  });
}

/** Waits until nobody new is let in, which is how stopping shows outside. */
async function isClosing(port: number): Promise<void> {
  while (await isAccepting(port)) await new Promise((resolve) => setImmediate(resolve));
}

/** Sends the first part of a sign-in, and gives the rest to send later. */
async function beginSignIn({ port, url }: Doorkeeper): Promise<{ socket: Socket; rest: string }> {
  const body = new URLSearchParams({ name: ADA, password: PASSWORD }).toString();
  const socket = await open(port);
  const head = [
    'POST /sign-in HTTP/1.1',
    `Host: localhost:${port}`,
    `Origin: ${url}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 7)}`);
  return { socket, rest: body.slice(7) };
}

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('at %s ends with 0, at once when idle', async (name) => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    const visitor = new HttpVisitor(doorkeeper.url);
    await visitor.signUp(doorkeeper);
    // Browsers open connections ahead of time, and keep used ones.
    await open(doorkeeper.port);
    const start = performance.now();
    doorkeeper.signal(name);
    const { code, stderr } = await doorkeeper.isEnded;
    expect(code).toBe(0);
    // What is under way is waited for ten seconds long.
    expect(performance.now() - start).toBeLessThan(9_000);
    expect(stderr).not.toContain('requests-cut-off');
  });

  it('lets a request that is under way finish, and nobody new in', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    await new HttpVisitor(doorkeeper.url).signUp(doorkeeper);
    const { socket, rest } = await beginSignIn(doorkeeper);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    // The server has the head when it has answered a later connection.
    await fetch(`${doorkeeper.url}/healthz`);
    doorkeeper.signal('SIGTERM');
    await isClosing(doorkeeper.port);

    socket.write(rest);
    const { code, stderr } = await doorkeeper.isEnded;
    expect(answer).toMatch(/^HTTP\/1\.1 303 /);
    expect(answer).toMatch(/set-cookie: __Host-id=[\w-]{80};/i);
    expect(code).toBe(0);
    expect(stderr).not.toContain('requests-cut-off');
  });

  it('does not wait when it is told a second time', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    await beginSignIn(doorkeeper);
    await fetch(`${doorkeeper.url}/healthz`);
    const start = performance.now();
    doorkeeper.signal('SIGTERM');
    await isClosing(doorkeeper.port);
    // The same key press can arrive twice; it takes a person longer than half a second to press again.
    const again = setInterval(() => doorkeeper.signal('SIGTERM'), 100);
    const { code } = await doorkeeper.isEnded;
    clearInterval(again);
    expect(code).toBe(1);
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(450);
    expect(took).toBeLessThan(9_000);
  });

  it('cuts off a request that does not come to an end', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    await beginSignIn(doorkeeper);
    await fetch(`${doorkeeper.url}/healthz`);
    const start = performance.now();
    const { code, stderr } = await doorkeeper.stop();
    expect(code).toBe(0);
    expect(stderr).toContain('"event":"requests-cut-off"');
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(9_500);
    expect(took).toBeLessThan(30_000);
  });
});
