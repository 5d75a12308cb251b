// A network that can break, between a client and a server of this machine: a TCP proxy that cuts, goes
// silent or slows down on command. It buffers without a bound: for tests only.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './free-port.js';

export interface TcpProxy {
  readonly port: number;
  /** Closes all connections and refuses new ones. */
  cut(): void;
  /**
   * Accepts, forwards nothing, closes nothing: packets are lost. As with TCP, what was sent meanwhile
   * arrives after `restore`, on connections that still stand.
   */
  blackHole(): void;
  /**
   * The connections that stand fall silent for ever, as when a firewall has forgotten them: nothing is
   * forwarded, not even their end. New ones are served.
   */
  strand(): void;
  /** Every byte takes this much longer, in each direction. */
  delay(ms: number): void;
  /** Ends whatever was broken, except for stranded connections. */
  restore(): void;
  stop(): Promise<void>;
}

/** Resolves when it listens; forwards to that port of 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const proxy = new Proxy(await freePort(), targetPort);
  await proxy.listening;
  return proxy;
}

class Proxy implements TcpProxy {
  readonly port: number;
  readonly #targetPort: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Accepted while nothing is forwarded: not connected yet. */
  readonly #waiting = new Set<Socket>();
  readonly #stranded = new WeakSet<Socket>();
  #mode: 'open' | 'cut' | 'silent' = 'open';
  /** What is to be forwarded waits for it. */
  #gate = Promise.resolve();
  #openGate = (): void => undefined;
  #delayMs = 0;
  listening: Promise<unknown>;

  constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.listening = this.#listen();
  }

  cut(): void {
    this.#mode = 'cut';
    this.#server.close();
    this.#closeAll();
  }

  blackHole(): void {
    if (this.#mode === 'cut') this.restore();
    if (this.#mode === 'silent') return;
    this.#mode = 'silent';
    this.#gate = new Promise((resolve) => {
      this.#openGate = resolve;
    });
  }

  strand(): void {
    for (const socket of this.#sockets) this.#stranded.add(socket);
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  restore(): void {
    if (this.#mode === 'cut') this.listening = this.#listen();
    this.#mode = 'open';
    this.#delayMs = 0;
    for (const client of this.#waiting) this.#connect(client);
    this.#waiting.clear();
    this.#openGate();
  }

  async stop(): Promise<void> {
    await this.listening;
    this.#closeAll();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #listen(): Promise<unknown> {
    this.#server.listen({ port: this.port, host: '127.0.0.1' });
    return once(this.#server, 'listening');
  }

  #accept(client: Socket): void {
    this.#keep(client);
    if (this.#mode === 'cut') client.destroy();
    else if (this.#mode === 'silent') this.#waiting.add(client);
    else this.#connect(client);
  }

  #connect(client: Socket): void {
    const target = connect({ port: this.#targetPort, host: '127.0.0.1', allowHalfOpen: true });
    this.#keep(target);
    this.#forward(client, target);
    this.#forward(target, client);
  }

  /** Chunks, and the end after them, keep their order even when the delay changes. */
  #forward(from: Socket, to: Socket): void {
    let last = Promise.resolve();
    const pass = (send: () => void): void => {
      const due = this.#delayMs === 0 ? undefined : sleep(this.#delayMs);
      last = last
        .then(() => due)
        .then(() => this.#gate)
        .then(() => (to.destroyed || this.#stranded.has(to) ? undefined : send()));
    };
    from.on('data', (chunk) => pass(() => to.write(chunk)));
    from.on('end', () => pass(() => to.end()));
    from.on('close', (hadError) => pass(() => (hadError ? to.resetAndDestroy() : to.end())));
  }

  #keep(socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    // An error is followed by `close`, which the other side is told of.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#waiting.delete(socket);
    });
  }

  #closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
