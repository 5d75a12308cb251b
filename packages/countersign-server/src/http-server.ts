// The HTTP server: listening, with words for what can go wrong there, and stopping without cutting
// anybody off.

import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

import { getRequestListener } from '@hono/node-server';

import { Mistake } from './mistake.js';
import type { App } from './web/app.js';

export interface HttpServerOptions<Served extends { readonly app: App }> {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** PEM. Left out: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Asked once for the handler, when the port is known and before the first request. */
  readonly open: (port: number) => Served;
}

export interface HttpServer<Served> {
  readonly port: number;
  /** What `open` gave. */
  readonly served: Served;
  /**
   * Accepts nothing more, and waits for requests under way.
   * @returns whether all of them were answered; after `limitMs` the rest is cut off
   */
  stop(limitMs: number): Promise<boolean>;
}

/** A request with a form is a few hundred bytes: longer than this it is an attack or a dead line. */
const LIMITS = { requestTimeout: 30_000, headersTimeout: 15_000 };
const IDLE_CHECK_MS = 50;

/** @throws Mistake when nothing can listen there */
export async function startHttpServer<Served extends { readonly app: App }>(
  options: HttpServerOptions<Served>,
): Promise<HttpServer<Served>> {
  const { tls } = options;
  const server = tls === undefined ? createServer(LIMITS) : createTlsServer({ ...LIMITS, ...tls });
  const silent = watchSilent(server);
  const port = await listen(server, options);
  try {
    const served = options.open(port);
    const answer = getRequestListener((request, { incoming }) =>
      served.app(request, incoming.socket.remoteAddress),
    );
    // In the same turn of the event loop as `listening`, so no request can be there yet.
    server.on('request', (incoming, outgoing) => {
      void answer(incoming, outgoing);
    });
    return { port, served, stop: (limitMs) => stop(server, silent, limitMs) };
  } catch (cause) {
    server.close();
    throw cause;
  }
}

type AnyServer = Server | TlsServer;

function listen(
  server: AnyServer,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => reject(cannotListen(cause, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function cannotListen(cause: Error, host: string, port: number): Mistake {
  const code = 'code' in cause ? String(cause.code) : '';
  const message = LISTEN_PROBLEMS[code] ?? `Nothing can listen on {host}:{port}: ${cause.message}.`;
  return new Mistake(
    message
      .replaceAll('{host}', host.includes(':') ? `[${host}]` : host)
      .replaceAll('{port}', String(port)),
    { exitCode: 1, cause },
  );
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'Port {port} on {host} is taken: something else listens there, perhaps another countersign.\nStop it, or choose another port, such as --port 4181.',
  EACCES:
    'Port {port} on {host} is not allowed for this user: ports below 1024 are for root.\nChoose a higher one, such as --port 4180.',
  EADDRNOTAVAIL:
    '{host} is no address of this machine.\nGive one by --host, such as --host 127.0.0.1, or --host 0.0.0.0 for all of them.',
  ENOTFOUND:
    'The host name {host} is not known.\nGive an address by --host, such as --host 127.0.0.1.',
};

/** Connections that have not said anything yet, such as those that browsers open ahead of time. */
function watchSilent(server: AnyServer): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('data', () => silent.delete(socket));
    socket.once('close', () => silent.delete(socket));
  });
  return silent;
}

async function stop(
  server: AnyServer,
  silent: ReadonlySet<Socket>,
  limitMs: number,
): Promise<boolean> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const socket of silent) if (socket.bytesRead === 0) socket.destroy();
  // A connection that was kept alive becomes idle when its last answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  let isCut = false;
  const limit = setTimeout(() => {
    isCut = true;
    server.closeAllConnections();
  }, limitMs);
  await closed;
  clearInterval(idle);
  clearTimeout(limit);
  return !isCut;
}
