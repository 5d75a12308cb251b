// A browser of a user: a cookie jar, and requests to whatever node a load balancer would pick. To the
// jar all nodes are one site. A response reaches the jar when the scenario says so, or never.

import { Agent, request as send, type IncomingMessage } from 'node:http';

import { CookieJar } from 'tough-cookie';

import type { ApplicationNode } from './contender.js';
import { ARRIVED } from './node-server.js';

/** What the application is called, whichever node answers. */
export const SITE = 'https://app.example';

/** Longer than any gate is held: a node that hangs shall be told from one that waits. */
const LONGEST_ANSWER_MS = 40_000;

export interface BrowserResponse {
  readonly status: number;
  /** Who is signed in, by what the application says; `null` for a visitor and for an error. */
  readonly user: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly count: number | undefined;
  /** When an ending had returned on the node. */
  readonly endedAt: number | undefined;
  /** When the request came to the node, before its check. By the same clock. */
  readonly arrivedAt: number;
  readonly setCookies: readonly string[];
}

export class Browser {
  readonly #jar: CookieJar;
  readonly #agent: Agent;

  constructor(jar = new CookieJar(), agent = new Agent({ keepAlive: true })) {
    this.#jar = jar;
    this.#agent = agent;
  }

  /** Somebody else with the cookies as they are now. */
  async copy(): Promise<Browser> {
    return new Browser(await this.#jar.clone(), this.#agent);
  }

  /** The Cookie header that a request would have now. */
  get cookies(): string {
    return this.#jar.getCookieStringSync(SITE);
  }

  /** Takes in the cookies of a response. */
  receive(response: BrowserResponse): void {
    for (const field of response.setCookies) {
      this.#jar.setCookieSync(field, SITE, { ignoreError: true });
    }
  }

  /** A request whose response arrives. */
  async visit(node: ApplicationNode, target: string): Promise<BrowserResponse> {
    const response = await this.request(node, target);
    this.receive(response);
    return response;
  }

  /**
   * A request whose response is on its way until `receive`.
   * @param target such as `GET /me`
   * @param cookies the Cookie header; default: that of now
   */
  async request(
    node: ApplicationNode,
    target: string,
    cookies = this.cookies,
  ): Promise<BrowserResponse> {
    const [method = 'GET', path = '/'] = target.split(' ', 2);
    const headers = {
      Host: 'app.example',
      Origin: SITE,
      'Sec-Fetch-Site': 'same-origin',
      'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'X-Forwarded-Proto': 'https',
      ...(cookies === '' ? {} : { Cookie: cookies }),
      ...(method === 'POST' ? { 'Content-Length': '0' } : {}),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { port } = node;
      const agent = this.#agent;
      const sent = send({ host: '127.0.0.1', port, method, path, headers, agent }, resolve);
      sent.on('error', reject);
      sent.setTimeout(LONGEST_ANSWER_MS, () => {
        sent.destroy(new Error(`No answer to ${target} within ${LONGEST_ANSWER_MS} ms`));
      });
      sent.end();
    });
    return read(response);
  }

  /** Closes its connections, those of its copies too. */
  close(): void {
    this.#agent.destroy();
  }
}

async function read(response: IncomingMessage): Promise<BrowserResponse> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += String(chunk);
  const body = parse(text);
  return {
    status: response.statusCode ?? 0,
    user: response.statusCode === 200 && typeof body['user'] === 'string' ? body['user'] : null,
    data: isObject(body['data']) ? body['data'] : {},
    count: typeof body['count'] === 'number' ? body['count'] : undefined,
    endedAt: typeof body['endedAt'] === 'number' ? body['endedAt'] : undefined,
    arrivedAt: Number(response.headers[ARRIVED]),
    setCookies: response.headers['set-cookie'] ?? [],
  };
}

/** Refusals are plain text. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
