// Names of other hosts in whatever a request says of where it is: none of them comes into a mail, into a
// redirect or into a page (G69; ASVS 4.1.3).

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, OTHER_PASSWORD, PASSWORD, type Door } from '../web/door.js';
import { ORIGIN, Visitor, type Page } from '../web/visitor.js';
import { openHouse, routesOf } from './house.js';

const EVIL = 'evil.example';

const LIES: Readonly<Record<string, string>> = {
  host: EVIL,
  'x-forwarded-host': EVIL,
  'x-forwarded-server': EVIL,
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-forwarded-prefix': `//${EVIL}`,
  'x-original-host': EVIL,
  'x-original-url': `//${EVIL}/`,
  'x-rewrite-url': `//${EVIL}/`,
  'x-host': EVIL,
  forwarded: `host=${EVIL};proto=https;for=${EVIL}`,
  via: `1.1 ${EVIL}`,
  referer: `https://${EVIL}/`,
  'accept-language': EVIL,
};

/** Asks a server that is told to be another host, in the URL as in every header. */
class Liar extends Visitor {
  readonly #door: Door;

  constructor(door: Door, options: { userAgent?: string } = {}) {
    super(door.app, options);
    this.#door = door;
  }

  override async send(path: string, init: RequestInit): Promise<Page> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(LIES)) headers.set(name, value);
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    if (cookie !== '') headers.set('cookie', cookie);
    const request = new Request(`https://${EVIL}${path}`, { ...init, headers });
    const response = await this.#door.app(request, '192.0.2.1');
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      const [name = '', value = ''] = pair.split('=', 2);
      if (value === '') this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location'),
    };
  }
}

describe('a server that is told to be another host', () => {
  it('sends no mail of any kind with that in it, and leads to where it was configured to be', async () => {
    const door = await openHouse();
    const liar = new Liar(door, { userAgent: `https://${EVIL}/ <a href="https://${EVIL}">x</a>` });
    await liar.post('/sign-up', { address: NAME });
    await door.flows.settled();
    await liar.get(linkIn(door.mails.at(-1)));
    const made = await liar.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD });
    expect(made.location).toBe('/');
    for (const path of ['/sign-up', '/sign-in/link', '/forgot'])
      expect((await new Liar(door).post(path, { address: NAME })).status).toBe(303);
    await liar.post('/profile/addresses/add', { address: 'ada@work.example' });
    await new Liar(door).post('/sign-in', { name: NAME, password: PASSWORD });
    const passwords = { current: PASSWORD, password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    await liar.post('/password', passwords);
    await addAuthenticatorApp(door);
    const waiting = new Liar(door);
    await waiting.post('/sign-in', { name: NAME, password: OTHER_PASSWORD });
    await waiting.post('/sign-in/second', { proof: 'totp', code: '000000' });
    await door.flows.settled();

    const kinds = new Set(door.mails.map(({ kind }) => kind));
    for (const kind of [
      'sign-up',
      'sign-up-known',
      'sign-in-link',
      'reset',
      'verify-address',
      'new-device',
      'password-changed',
      'second-factor-failed',
    ])
      expect(kinds).toContain(kind);
    for (const mail of door.mails) {
      const { to, subject, text, html } = mail;
      expect(`${to}${subject}${text}${html}`.toLowerCase()).not.toContain('evil');
      const links = `${text} ${html}`.match(/https?:\/\/[^/\s"<]+/g) ?? [];
      expect(new Set(links)).toEqual(new Set([ORIGIN]));
    }
  });

  it('leads to paths alone, and writes no page with it', async () => {
    const door = await openHouse();
    for (const { method, path } of await routesOf(door)) {
      const liar = new Liar(door);
      const page = await (method === 'POST' ? liar.post(path, { address: NAME }) : liar.get(path));
      expect([path, page.location ?? '/']).toEqual([path, expect.stringMatching(/^\/(?!\/)/)]);
      expect([path, page.text.includes(EVIL)]).toEqual([path, false]);
      const headers = JSON.stringify([...page.headers]);
      expect([path, headers.includes(EVIL)]).toEqual([path, false]);
    }
  });

  it('shows the mails of development to nobody', async () => {
    const door = await openHouse();
    const request = new Request(`http://${EVIL}/outbox`, { headers: { host: EVIL } });
    expect((await door.app(request, '127.0.0.1')).status).toBe(404);
  });
});
