// The way from a node to its database server, which can be slowed down, cut and silenced: a TCP proxy.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Network } from 'countersign-races';

export interface BreakableNetwork extends Network {
  readonly port: number;
  stop(): void;
}

/** Resolves when it takes connections. */
export async function startNetwork(targetPort: number): Promise<BreakableNetwork> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let isCut = false;
  let open = (): void => undefined;
  let gate = Promise.resolve();

  const keep = (socket: Socket): void => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A `close` follows, which the other side is told of.
    socket.on('error', () => undefined);
  };
  const forward = (from: Socket, to: Socket): void => {
    // One after the other, so that nothing overtakes what was sent before it.
    let last = Promise.resolve();
    const pass = (act: () => unknown): void => {
      const due = delayMs === 0 ? undefined : sleep(delayMs);
      last = last
        .then(() => due)
        .then(() => gate)
        .then(() => void (to.destroyed ? undefined : act()));
    };
    from.on('data', (chunk) => pass(() => to.write(chunk)));
    from.on('close', () => pass(() => to.destroy()));
  };
  const server = createServer((client) => {
    keep(client);
    if (isCut) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    keep(target);
    forward(client, target);
    forward(target, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  const closeAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    delay: (ms) => {
      delayMs = ms;
    },
    cut: () => {
      isCut = true;
      closeAll();
    },
    blackHole: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    restore: () => {
      isCut = false;
      delayMs = 0;
      open();
    },
    stop: () => {
      closeAll();
      server.close();
    },
  };
}
