// Links of mails, opened by the programs that look into mails before people do: often, ahead of time,
// from elsewhere, and with methods that no browser would use (G66).

import { describe, expect, it } from 'vitest';

import { linkIn, NAME, OTHER_PASSWORD, PASSWORD, signUp, type Door } from '../web/door.js';
import { ORIGIN, Visitor, type Page } from '../web/visitor.js';
import { isIn, openHouse, SESSION, stateOf } from './house.js';
import { addAddress } from './one-time-things.js';

interface MailLink {
  readonly name: string;
  /** Has one sent. The browser is the one that its owner opens it in. */
  readonly send: (door: Door) => Promise<{ readonly link: string; readonly owner: Visitor }>;
  /** What its owner does with the page. */
  readonly use: (owner: Visitor) => Promise<Page>;
  readonly leadsTo: string;
}

async function ask(door: Door, path: string): Promise<{ link: string; owner: Visitor }> {
  const owner = new Visitor(door.app);
  await owner.post(path, { address: NAME });
  await door.flows.settled();
  return { link: linkIn(door.mails.at(-1)), owner };
}

const LINKS: readonly MailLink[] = [
  {
    name: 'to create an account',
    send: (door) => ask(door, '/sign-up'),
    use: (owner) => owner.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD }),
    leadsTo: '/',
  },
  {
    name: 'to a new password',
    async send(door) {
      await signUp(door);
      return ask(door, '/forgot');
    },
    use: (owner) =>
      owner.post('/forgot/finish', { password: OTHER_PASSWORD, repeated: OTHER_PASSWORD }),
    leadsTo: '/sign-in?notice=password-changed',
  },
  {
    name: 'to sign in',
    async send(door) {
      await signUp(door);
      return ask(door, '/sign-in/link');
    },
    use: (owner) => owner.post('/sign-in/link/open'),
    leadsTo: '/',
  },
  {
    name: 'that confirms an address',
    async send(door) {
      const owner = await signUp(door);
      return { owner, link: await addAddress(door, owner, 'ada@work.example') };
    },
    use: (owner) => owner.post('/profile/addresses/verify'),
    leadsTo: '/profile',
  },
];

const SCANS: readonly RequestInit[] = [
  { method: 'HEAD' },
  { method: 'GET' },
  { method: 'OPTIONS' },
  { method: 'GET', headers: { 'sec-purpose': 'prefetch' } },
  { method: 'GET', headers: { 'sec-purpose': 'prefetch;prerender' } },
  { method: 'GET', headers: { purpose: 'prefetch', 'x-moz': 'prefetch' } },
  { method: 'GET', headers: { range: 'bytes=0-1023', 'accept-encoding': 'identity' } },
  { method: 'GET', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
  // Some send what looks like a form, to whatever address it finds.
  { method: 'POST' },
  {
    method: 'POST',
    headers: { origin: ORIGIN },
    body: new URLSearchParams({ password: PASSWORD }),
  },
  {
    method: 'POST',
    headers: {
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `password=${OTHER_PASSWORD}&repeated=${OTHER_PASSWORD}`,
  },
];

/** More than a network may guess at links (G71). */
const MOST_SCANS = 66;

async function stateNow(door: Door): Promise<unknown> {
  const exists = (await door.accounts.findUserId(NAME)) !== undefined;
  return stateOf(door, exists ? [NAME] : []);
}

describe.each(LINKS)('a link $name', ({ send, use, leadsTo }) => {
  it('does nothing for programs, and works for its owner afterwards (G66)', async () => {
    const door = await openHouse();
    const { link, owner } = await send(door);
    const before = await stateNow(door);
    for (let count = 0; count < MOST_SCANS; count += 1) {
      const scan = SCANS[count % SCANS.length] ?? {};
      const scanner = new Visitor(door.app, { userAgent: `Scanner/${count}` });
      const page = await scanner.send(link, scan);
      expect([scan.method, page.status < 500]).toEqual([scan.method, true]);
      // Where the link leads to, as a program that keeps cookies gets there, and one that does not.
      if (page.location !== null && scan.method !== 'POST') {
        await scanner.send(page.location, scan);
        await new Visitor(door.app).send(page.location, scan);
      }
      expect([scan.method, scanner.jar.has(SESSION)]).toEqual([scan.method, false]);
    }
    expect(await stateNow(door)).toEqual(before);
    await owner.get(link);
    const done = await use(owner);
    expect([done.status, done.location]).toEqual([303, leadsTo]);
  });

  it('does nothing in the browser of its owner either, before the button is pressed', async () => {
    const door = await openHouse();
    const { link, owner } = await send(door);
    const before = await stateNow(door);
    for (const scan of SCANS.filter(({ method }) => method !== 'POST')) {
      const { location } = await owner.send(link, scan);
      if (location !== null) await owner.send(location, scan);
    }
    expect(await stateNow(door)).toEqual(before);
    await owner.get(link);
    expect((await use(owner)).location).toBe(leadsTo);
    expect(await isIn(owner)).toBe(!leadsTo.startsWith('/sign-in'));
  });

  it('tells nobody whether it is good, before it is opened: the answer is the same', async () => {
    const door = await openHouse();
    const { link } = await send(door);
    const wrong = link.replace(/.{8}$/, 'AAAAAAAA');
    const answers = [];
    for (const path of [link, wrong]) {
      const page = await new Visitor(door.app).get(path);
      const token = path.split('token=')[1] ?? '';
      const headers = JSON.stringify([...page.headers]).replaceAll(token, '***');
      answers.push([page.status, page.location, page.text, headers]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});
