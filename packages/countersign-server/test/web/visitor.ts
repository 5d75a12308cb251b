// A browser in miniature, over the app without a network: it keeps cookies, says where its forms come
// from, and goes where it is sent.

import type { App } from '../../src/web/app.js';

export const ORIGIN = 'http://localhost:4180';
export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
export const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it leads to, or null. */
  readonly location: string | null;
}

export class Visitor {
  readonly jar = new Map<string, string>();
  readonly #app: App;
  readonly #userAgent: string;
  readonly #address: string;

  constructor(app: App, options: { userAgent?: string; address?: string } = {}) {
    this.#app = app;
    this.#userAgent = options.userAgent ?? CHROME;
    this.#address = options.address ?? '192.0.2.1';
  }

  get(path: string): Promise<Page> {
    return this.send(path, { method: 'GET' });
  }

  /** Sends a form of this site. */
  post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    return this.send(path, {
      method: 'POST',
      headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields),
    });
  }

  async send(path: string, init: RequestInit): Promise<Page> {
    const headers = new Headers(init.headers);
    headers.set('user-agent', this.#userAgent);
    if (this.jar.size > 0)
      headers.set('cookie', [...this.jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const request = new Request(`${ORIGIN}${path}`, { ...init, headers });
    const response = await this.#app(request, this.#address);
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location'),
    };
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';', 1);
    const [name = '', value = ''] = pair.split('=', 2);
    if (value === '') this.jar.delete(name);
    else this.jar.set(name, value);
  }
}
