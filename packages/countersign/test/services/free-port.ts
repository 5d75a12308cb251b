// A TCP port of 127.0.0.1 that nobody listens at. Below the range from which the kernel takes the ports
// of outgoing connections: a server must find its port free again after a restart, and a client that
// keeps trying a dead port of that range can end up connected to itself.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 12_000;
const HIGHEST = 32_000;

const given = new Set<number>();

/** The same port is not given twice in one process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1' });
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
