// Browsers, as far as a server can tell: connections that stay open, each with one request under way,
// the header fields of a page in Chromium, and every answer compared with who had to be signed in.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { cookieHeader } from '../traffic/cookie-header.js';
import { userName } from '../traffic/signed-in.js';
import type { Ready } from './message.js';

const CONNECTIONS = 32;
const COOKIES = 5;
const TIME_LIMIT_MS = 60_000;

export class Load {
  readonly #sockets: readonly Socket[];
  readonly #requests: readonly string[];
  #sent = 0;

  private constructor(sockets: readonly Socket[], requests: readonly string[]) {
    this.#sockets = sockets;
    this.#requests = requests;
  }

  static async connect({ port, cookieName, tokens }: Ready): Promise<Load> {
    const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.setNoDelay(true).setEncoding('latin1');
    const requests = tokens.map((token, turn) =>
      requestText(cookieHeader(cookieName, token, COOKIES, turn)),
    );
    return new Load(sockets, requests);
  }

  /** Sends so many requests, spread over the connections; resolves after the last answer. */
  async run(requests: number): Promise<void> {
    let left = requests;
    const runOne = (socket: Socket): Promise<void> =>
      new Promise((resolve, reject) => {
        let user = 0;
        let received = '';
        const timer = setTimeout(() => finish(new Error('No answer')), TIME_LIMIT_MS);
        const finish = (error?: Error): void => {
          clearTimeout(timer);
          socket.off('data', take).off('error', finish).off('close', closed);
          if (error === undefined) resolve();
          else reject(error);
        };
        const closed = (): void => finish(new Error('The server closed a connection'));
        const next = (): void => {
          if (left === 0) {
            finish();
            return;
          }
          left -= 1;
          received = '';
          user = this.#sent % this.#requests.length;
          this.#sent += 1;
          socket.write(this.#requests[user] ?? '', 'latin1');
        };
        const take = (chunk: string): void => {
          received += chunk;
          if (isAnswerTo(received, user)) next();
          else if (received.length > 4096) finish(new Error(`Not expected: ${received}`));
        };
        socket.on('data', take).on('error', finish).on('close', closed);
        if (socket.destroyed) closed();
        else next();
      });
    await Promise.all(this.#sockets.map(runOne));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function isAnswerTo(received: string, user: number): boolean {
  if (!received.endsWith(`\r\n\r\n${userName(user)}`)) return false;
  return received.startsWith('HTTP/1.1 200 OK\r\n') && received.includes('\r\nVary: Cookie\r\n');
}

/** What Chromium sends for a link on a page of this host. */
function requestText(cookie: string): string {
  return [
    'GET /devices HTTP/1.1',
    'Host: app.example',
    'Connection: keep-alive',
    'sec-ch-ua: "Chromium";v="150", "Not)A;Brand";v="24"',
    'sec-ch-ua-mobile: ?0',
    'sec-ch-ua-platform: "Linux"',
    'Upgrade-Insecure-Requests: 1',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: navigate',
    'Sec-Fetch-User: ?1',
    'Sec-Fetch-Dest: document',
    'Referer: https://app.example/',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-GB,en;q=0.9',
    `Cookie: ${cookie}`,
    '\r\n',
  ].join('\r\n');
}
