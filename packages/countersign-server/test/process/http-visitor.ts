// A browser in miniature over the network: keeps the session cookie and says where its forms come from.

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export const PASSWORD = 'velvet otter paints slowly';

export class HttpVisitor {
  cookie: string | undefined;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
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

  signUp(name: string): Promise<Answer> {
    return this.post('/sign-up', { name, password: PASSWORD, repeated: PASSWORD });
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (this.cookie !== undefined) headers.set('cookie', this.cookie);
    const response = await fetch(`${this.#url}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) [this.cookie] = line.split(';', 1);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}
