// Listens in on the wire: a TCP relay before a server that keeps what goes each way, byte for byte.

import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

export interface Wire {
  readonly url: string;
  /** What clients have sent since the last `reset`. */
  readonly sent: () => string;
  /** What the server has answered since then. */
  readonly answered: () => string;
  readonly reset: () => void;
  readonly close: () => void;
}

/** @param port where the server listens */
export async function listenIn(port: number): Promise<Wire> {
  let sent = '';
  let answered = '';
  const relay = createServer((client) => {
    const upstream = connect(port);
    client.on('data', (bytes) => (sent += bytes.toString('latin1')));
    upstream.on('data', (bytes) => (answered += bytes.toString('latin1')));
    client.pipe(upstream).pipe(client);
    for (const end of [client, upstream]) end.on('error', () => end.destroy());
  });
  return {
    url: `http://localhost:${await listen(relay)}`,
    sent: () => sent,
    answered: () => answered,
    reset() {
      sent = '';
      answered = '';
    },
    close: () => relay.close(),
  };
}

/** Lets a server listen on a free port, and gives the port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return address.port;
}
