// A TCP port of 127.0.0.1 that nobody listens at. Below the range from which the kernel takes the ports
// of outgoing connections: a server must find its port free again after a restart, and a client that
// keeps trying a dead port of that range can end up connected to itself.

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 12_000;
const HIGHEST = 32_000;

/** No test file gets a port that another one was given, as long as that one runs. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isReserved(port)) && (await isFree(port))) return port;
  }
}

/**
 * Others would find it free before a server is started at it, or between its end and its restart. So each
 * holds the UDP port of the same number to the end of its process, which nobody else has a use for.
 */
async function isReserved(port: number): Promise<boolean> {
  const holder = createSocket('udp4').unref();
  try {
    holder.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(holder, 'listening');
    return true;
  } catch {
    holder.close();
    return false;
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
