// A browser in miniature over the network: keeps cookies and says where its forms come from.

import type { Doorkeeper } from './doorkeeper-process.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export const PASSWORD = 'velvet otter paints slowly';
export const ADA = 'ada@example.org';

export class HttpVisitor {
  readonly #jar = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The header that the next request carries. */
  get cookie(): string | undefined {
    const pairs = [...this.#jar].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  set cookie(header: string | undefined) {
    this.#jar.clear();
    for (const pair of header?.split('; ') ?? []) this.#keep(pair);
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, {});
  }

  post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#send(path, {
      method: 'POST',
      headers: { origin: this.#url, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields),
    });
  }

  /** Creates an account by the link of the mail, which is in the doorkeeper's folder. */
  async signUp(doorkeeper: Doorkeeper, address: string = ADA): Promise<Answer> {
    const asked = await this.post('/sign-up', { address });
    if (asked.status !== 303) return asked;
    await this.follow(linkIn(await doorkeeper.mailTo(address)));
    return this.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD });
  }

  signIn(address: string = ADA): Promise<Answer> {
    return this.post('/sign-in', { name: address, password: PASSWORD });
  }

  /** Opens a link and goes where it is sent. */
  async follow(path: string): Promise<Answer> {
    const answer = await this.get(path);
    const location = answer.headers.get('location');
    return location === null ? answer : this.follow(location);
  }

  #keep(pair: string): void {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (value === '') this.#jar.delete(name);
    else this.#jar.set(name, value);
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (this.cookie !== undefined) headers.set('cookie', this.cookie);
    const response = await fetch(`${this.#url}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line.split(';', 1)[0] ?? '');
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

/** Path and query of the link in a mail. */
export function linkIn(text: string): string {
  const link = /https?:\/\/\S+\?token=[\w-]+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`There is no link in: ${text}`);
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}
