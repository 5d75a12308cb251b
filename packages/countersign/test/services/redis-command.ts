// One command to a Redis server on a connection of its own, for the services themselves: tests of a
// store use the real clients.

import { once } from 'node:events';
import { connect } from 'node:net';

/** For a machine that is busy with other tests. */
const LIMIT_MS = 10_000;

/**
 * The reply of a command whose reply is one string or number, as text.
 * @param limitMs for who expects no answer
 * @throws Error with the server's words; or when there is no answer within that time, of ten seconds
 */
export async function redisCommand(
  port: number,
  command: string,
  limitMs = LIMIT_MS,
): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const limit = AbortSignal.timeout(limitMs);
  try {
    await once(socket, 'connect', { signal: limit });
    socket.write(`${command}\r\n`);
    let reply = '';
    for (;;) {
      const data: unknown[] = await once(socket, 'data', { signal: limit });
      reply += String(data[0]);
      const text = parse(reply);
      if (text !== undefined) return text;
    }
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

/** Undefined while bytes are missing. The strings asked for here are ASCII: bytes are characters. */
function parse(reply: string): string | undefined {
  const head = reply.indexOf('\r\n');
  if (head === -1) return undefined;
  const line = reply.slice(1, head);
  if (reply.startsWith('-')) throw new Error(line);
  if (!reply.startsWith('$')) return line;
  const body = head + 2;
  const end = body + Number(line);
  return reply.length < end + 2 ? undefined : reply.slice(body, end);
}
