// Where people are sent after a sign-in, when somebody else has written the link: through every page that
// takes `return_to`, every cookie that keeps it, and every page that comes after (ASVS 3.7.2). How a text
// is judged is in web/return-to.test.ts.

import { describe, expect, it } from 'vitest';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { linkIn, NAME, OTHER_PASSWORD, PASSWORD, signUp, type Door } from '../web/door.js';
import { addPasskey } from '../web/passkey.js';
import { ORIGIN, Visitor, type Page } from '../web/visitor.js';
import { openHouse } from './house.js';
import { answerCeremony } from './one-time-things.js';
import { returnFrom } from './stand-in-provider.js';

/** None of them is a path of this server that any browser or proxy reads as such and nothing else. */
const SPELLINGS: readonly string[] = [
  '//evil.example',
  '///evil.example',
  '////evil.example/%2f..',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/%09/evil.example',
  '/%0a/evil.example',
  '/%0d%0aLocation:%20https://evil.example',
  '/\r\nSet-Cookie: __Host-id=planted',
  '%2f%2fevil.example',
  '/%2fevil.example',
  '/%252fevil.example',
  '/%25252fevil.example',
  '/%5cevil.example',
  '/%255cevil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/%2e%2e//evil.example',
  '/a/..//evil.example',
  '/;@evil.example/..//evil.example',
  'https://evil.example',
  'HTTPS:evil.example',
  'https:/evil.example',
  'https:\\\\evil.example',
  `${ORIGIN}@evil.example/`,
  `${ORIGIN}.evil.example/`,
  `${ORIGIN}:80@evil.example`,
  // Of this server even: a path is all that there is a use for.
  `${ORIGIN}/devices`,
  '//localhost:4180/devices',
  'evil.example',
  '@evil.example',
  'javascript:alert(document.domain)',
  'java\tscript:alert(1)',
  'JaVaScRiPt:alert(1)',
  '/javascript:alert(1)//\u2028',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://evil.example/1',
  '/\u202e//evil.example',
  '/\uff0fevil.example',
  '/\u3002/evil.example',
  '//evil\u3002example',
  '/\u2215evil.example',
  '/\u0000/evil.example',
  '/%00/evil.example',
  '/%e2%80%ae//evil.example',
  '/%c0%af/evil.example',
  '/%ff%fe',
  '?return_to=//evil.example',
  '#//evil.example',
  '',
  `/${'a'.repeat(5_000)}`,
  `/${'%25'.repeat(600)}2fevil.example`,
];

/** Signs somebody in, and gives the answer that says where to go. */
type Going = (visitor: Visitor, asked: string, index: number) => Promise<Page>;

interface Way {
  readonly name: string;
  /** Where it leads to. */
  readonly home: string;
  readonly open: (door: Door) => Promise<Going>;
}

const WAYS: readonly Way[] = [
  {
    name: 'a password',
    home: '/',
    async open(door) {
      await signUp(door);
      return (visitor, asked) =>
        visitor.post(`/sign-in?${query(asked)}`, { ...CREDENTIALS, return_to: asked });
    },
  },
  {
    name: 'a second step',
    home: '/',
    async open(door) {
      await signUp(door);
      const app = await addAuthenticatorApp(door);
      return async (visitor, asked) => {
        await visitor.post('/sign-in', { ...CREDENTIALS, return_to: asked });
        await door.flows.settled();
        const given = { proof: 'totp', code: app.nextCode(), return_to: asked };
        return visitor.post(`/sign-in/second?${query(asked)}`, given);
      };
    },
  },
  {
    name: 'a second step that is given up',
    home: '/sign-in',
    async open(door) {
      await signUp(door);
      await addAuthenticatorApp(door);
      return async (visitor, asked) => {
        await visitor.post('/sign-in', { ...CREDENTIALS, return_to: asked });
        return visitor.post('/sign-in/cancel', { return_to: asked });
      };
    },
  },
  {
    name: 'a passkey',
    home: '/',
    async open(door) {
      const authenticator = await addPasskey(door, await signUp(door));
      return async (visitor, asked) => {
        const credential = await answerCeremony(visitor, '/sign-in/passkey/begin', authenticator);
        return visitor.post('/sign-in/passkey', { credential, return_to: asked });
      };
    },
  },
  {
    name: 'a provider',
    home: '/',
    open: () =>
      Promise.resolve(async (visitor, asked) => {
        const fields = { provider: 'guild', return_to: asked };
        const { text } = await visitor.post('/sign-in/provider', fields);
        return visitor.get(`${returnFrom(text, 'ada')}&${query(asked)}`);
      }),
  },
  {
    name: 'a link to sign in',
    home: '/',
    async open(door) {
      await signUp(door);
      return async (visitor, asked) => {
        await followMail(door, visitor, { path: '/sign-in/link', address: NAME, asked });
        return visitor.post('/sign-in/link/open', { return_to: asked });
      };
    },
  },
  {
    name: 'a link to create an account',
    home: '/',
    open: (door) =>
      Promise.resolve(async (visitor, asked, index) => {
        const address = `ada-${index}@example.org`;
        await followMail(door, visitor, { path: '/sign-up', address, asked });
        const chosen = { password: PASSWORD, repeated: PASSWORD, return_to: asked };
        return visitor.post('/sign-up/finish', chosen);
      }),
  },
  {
    name: 'a new password',
    home: '/sign-in?notice=password-changed',
    async open(door) {
      await signUp(door);
      return async (visitor, asked) => {
        await followMail(door, visitor, { path: '/forgot', address: NAME, asked });
        const chosen = { password: OTHER_PASSWORD, repeated: OTHER_PASSWORD, return_to: asked };
        return visitor.post('/forgot/finish', chosen);
      };
    },
  },
];

const CREDENTIALS = { name: NAME, password: PASSWORD };

function query(asked: string): string {
  return new URLSearchParams({ return_to: asked }).toString();
}

async function followMail(
  door: Door,
  visitor: Visitor,
  { path, address, asked }: { path: string; address: string; asked: string },
): Promise<void> {
  await visitor.post(path, { address, return_to: asked });
  await door.flows.settled();
  await visitor.get(linkIn(door.mails.at(-1)));
}

describe.each(WAYS)('$name', ({ home, open }) => {
  it('leads to the start of this server, whatever was asked for (3.7.2)', async () => {
    const door = await openHouse();
    const go = await open(door);
    for (const [index, asked] of SPELLINGS.entries()) {
      await nextHour(door);
      const page = await go(new Visitor(door.app), asked, index);
      expect([asked, page.status, page.location]).toEqual([asked, 303, home]);
    }
  });

  it('leads there whatever a planted cookie says', async () => {
    const door = await openHouse();
    const go = await open(door);
    // Whoever reads the cookie is the same for all; the spellings are those of the test before.
    const some = SPELLINGS.filter((_, index) => index % 5 === 0);
    for (const [index, asked] of some.entries()) {
      await nextHour(door);
      const visitor = new Planted(door.app, asked);
      const page = await go(visitor, '/', index);
      expect([asked, page.status, page.location]).toEqual([asked, 303, home]);
    }
  });

  it('leads to an honest path', async () => {
    const door = await openHouse();
    const page = await (await open(door))(new Visitor(door.app), '/devices?a=b', 0);
    const { pathname, searchParams } = new URL(page.location ?? '', ORIGIN);
    const led = pathname === '/sign-in' ? searchParams.get('return_to') : page.location;
    expect(led).toBe('/devices?a=b');
  });
});

/** Limits on mails and tries are over. */
async function nextHour(door: Door): Promise<void> {
  await door.flows.settled();
  door.clock.advance(3_600_001);
}

/** A browser into which the cookie that keeps the place was planted, in every spelling, before each request. */
class Planted extends Visitor {
  readonly #asked: string;

  constructor(app: Door['app'], asked: string) {
    super(app);
    this.#asked = asked;
  }

  override send(path: string, init: RequestInit): Promise<Page> {
    this.jar.set('__Host-return-to', Buffer.from(this.#asked, 'utf8').toString('base64url'));
    return super.send(path, init);
  }
}

const PAGES = ['/sign-in', '/sign-up', '/sign-in/link', '/forgot'];

describe('a page that keeps where to go', () => {
  it.each(PAGES)('%s has nothing of it in its forms and links', async (path) => {
    const door = await openHouse();
    for (const asked of SPELLINGS) {
      const page = await new Visitor(door.app).get(`${path}?${query(asked)}`);
      expect(page.status).toBe(200);
      const kept = [...page.text.matchAll(/name="return_to" value="([^"]*)"/g)].map(
        (hit) => hit[1],
      );
      expect([asked, kept.every((value) => value === '/')]).toEqual([asked, true]);
      expect(kept.length).toBeGreaterThan(0);
      expect([asked, /return_to=(?!")/.test(page.text)]).toEqual([asked, false]);
      expect(page.text).not.toContain('evil');
    }
  });

  it.each(PAGES)('%s has a path of this server in them as text alone', async (path) => {
    const door = await openHouse();
    const page = await new Visitor(door.app).get(
      `${path}?${query('/"><script>alert(1)</script>')}`,
    );
    expect(page.text).toContain('value="/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(page.text).not.toContain('<script>alert');
  });

  it.each(PAGES)('%s sends who is signed in to the start', async (path) => {
    const door = await openHouse();
    const owner = await signUp(door);
    for (const asked of SPELLINGS) {
      const page = await owner.get(`${path}?${query(asked)}`);
      const told = [asked, page.location];
      expect(told).toEqual([asked, path === '/forgot' ? null : '/']);
    }
  });

  it('is never asked for a place that a page behind the gate was asked for by', async () => {
    const door = await openHouse();
    for (const path of [
      '//evil.example',
      '/%2f%2fevil.example',
      '/%5cevil.example',
      '/.//evil.example',
    ]) {
      const page = await new Visitor(door.app).get(path);
      expect([path, page.location?.includes('evil') ?? false]).toEqual([path, false]);
    }
    const page = await new Visitor(door.app).get('/devices?next=%2F%5Cevil.example');
    expect(page.location).toBe('/sign-in');
  });
});
