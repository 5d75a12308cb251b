// A browser reduced to HTTP and its cookies: tough-cookie decides what is kept and what is sent, with
// the rules that browsers have for Secure on localhost and for the prefixes of names.

import { type Cookie, CookieJar } from 'tough-cookie';

export class Browser {
  readonly jar = new CookieJar(undefined, { allowSecureOnLocal: true, prefixSecurity: 'strict' });

  async get(url: string): Promise<Response> {
    return this.#send(new URL(url), { method: 'GET' });
  }

  /** Posts a form from a page of the same origin, and follows the redirect as a browser does. */
  async post(url: string, form: Readonly<Record<string, string>> = {}): Promise<Response> {
    const target = new URL(url);
    const headers = { origin: target.origin, 'sec-fetch-site': 'same-origin' };
    const body = new URLSearchParams(form);
    const response = await this.#send(target, { method: 'POST', headers, body });
    const location = response.headers.get('location');
    return location === null ? response : this.get(new URL(location, target).href);
  }

  async cookies(url: string): Promise<readonly Cookie[]> {
    return this.jar.getCookies(url);
  }

  async #send(url: URL, init: RequestInit): Promise<Response> {
    const cookie = await this.jar.getCookieString(url.href);
    const headers = new Headers(init.headers);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const field of response.headers.getSetCookie()) {
      await this.jar.setCookie(field, url.href);
    }
    return response;
  }
}
