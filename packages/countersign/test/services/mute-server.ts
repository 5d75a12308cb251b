// A mail server that falls silent: it gives a list of replies, one for each thing that it is told, and
// then says nothing more.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface MuteServer {
  readonly port: number;
  /** The connection on which nothing more is said, once that is so. */
  readonly stuck: Promise<Socket>;
  stop(): void;
}

/** @param replies the greeting, and then one for each line; after 354, for a mail as a whole */
export async function startMute(replies: readonly string[]): Promise<MuteServer> {
  const sockets = new Set<Socket>();
  let tellStuck: (socket: Socket) => void = () => undefined;
  const stuck = new Promise<Socket>((resolve) => (tellStuck = resolve));
  const server = createServer((socket) => {
    sockets.add(socket);
    const left = [...replies];
    const answer = (): void => {
      const reply = left.shift();
      if (reply === undefined) tellStuck(socket);
      else socket.write(`${reply}\r\n`);
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      // The mail comes in pieces, and nothing is said before its end.
      const isInMail = left.length === 0 && replies.at(-1)?.startsWith('354') === true;
      if (!isInMail || chunk.toString().endsWith('\r\n.\r\n')) answer();
    });
    answer();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    stuck,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
