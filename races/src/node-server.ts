// One node of an application: a server of this process on a free port of 127.0.0.1. It notes on each
// response when its request arrived, before the product has seen it.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';

import type { Gates } from './gates.js';
import { visitRoute, type Visit } from './visit.js';

export interface NodeServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** The header with a request's arrival: `performance.now()` of this process. */
export const ARRIVED = 'x-arrived';

export async function startServer(listener: RequestListener): Promise<NodeServer> {
  const server = createServer((request, response) => {
    response.setHeader(ARRIVED, performance.now());
    listener(request, response);
  });
  // A connection that is closed for its silence just as it is used again would be no race of the product's.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It does not listen');
  return {
    port: address.port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

/** Runs the route that a request asks for. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { visit, gates }: { readonly visit: Visit; readonly gates: Gates },
): Promise<void> {
  const { status, body } = await visitRoute(`${request.method} ${request.url}`, visit, gates);
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
