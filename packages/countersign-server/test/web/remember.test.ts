// "Keep me signed in" by each of the ways in: the session's cookie outlives the browser exactly when the
// box was ticked (ASVS 7.3.2).

import { describe, expect, it } from 'vitest';

import { returnFrom, standInProvider } from '../hostile/stand-in-provider.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { linkIn, openTestDoor, PASSWORD, signUp, type Door } from './door.js';
import { addPasskey } from './passkey.js';
import { ORIGIN, Visitor, type Page } from './visitor.js';

/** Who the stand-in provider knows as `ada`. */
const NAME = 'ada@guild.example';
const MONTH = 30 * 24 * 3_600;

type Fields = Readonly<Record<string, string>>;

/** The first step of a sign-in, up to the answer that ends it. */
type Way = (door: Door, visitor: Visitor, remember: Fields) => Promise<Page>;

async function goThere(door: Door, visitor: Visitor, fields: Fields): Promise<Page> {
  const page = await visitor.post('/sign-in/provider', { provider: 'guild', ...fields });
  await door.flows.settled();
  return visitor.get(returnFrom(page.text, 'ada'));
}

const WAYS: Readonly<Record<string, Way>> = {
  'a password': (_door, visitor, remember) =>
    visitor.post('/sign-in', { name: NAME, password: PASSWORD, ...remember }),
  async 'a link by mail'(door, visitor, remember) {
    await visitor.post('/sign-in/link', { address: NAME, ...remember });
    await door.flows.settled();
    await visitor.get(linkIn(door.mails.at(-1)));
    return visitor.post('/sign-in/link/open');
  },
  // The form is that of the password, so the name goes along, and perhaps the password.
  'a provider': (door, visitor, remember) =>
    goThere(door, visitor, { name: NAME, password: PASSWORD, ...remember }),
};

async function openInhabited(): Promise<{ door: Door; owner: Visitor }> {
  const door = await openTestDoor({ providers: [standInProvider()] });
  const owner = await signUp(door, { name: NAME });
  const left = await owner.post('/security/providers/link', { provider: 'guild' });
  expect((await owner.get(returnFrom(left.text, 'ada'))).location).toBe('/security/providers');
  return { door, owner };
}

/** For how many seconds the browser keeps the session's cookie; `null`: until it is closed. */
function keptFor({ headers }: Page): number | null {
  const [line = 'none', ...more] = headers
    .getSetCookie()
    .filter((set) => set.startsWith('__Host-id=') && !set.startsWith('__Host-id=;'));
  expect([line === 'none', more]).toEqual([false, []]);
  const seconds = /; Max-Age=(\d+)/.exec(line)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** What a browser sends of the box, and whatever else somebody may send. */
const SENT: readonly (readonly [name: string, fields: Fields, isTicked: boolean])[] = [
  ['ticked', { remember: 'yes' }, true],
  ['left empty', {}, false],
  ['sent by the script of passkeys', { remember: '' }, false],
  ['sent as something else', { remember: 'on' }, false],
  ['sent as a truth of JavaScript', { remember: 'true' }, false],
  ['sent in capitals', { remember: 'YES' }, false],
  ['sent with a line end', { remember: 'yes\r\nSet-Cookie: a=b' }, false],
  ['sent as a list', { 'remember[]': 'yes', remember: 'yes,yes' }, false],
  ['sent at length', { remember: 'yes'.repeat(2_000) }, false],
];

describe.each(SENT)('a box that is %s', (_name, fields, isTicked) => {
  const expected = isTicked ? MONTH : null;

  it.each(Object.entries(WAYS))('holds for %s', async (_way, go) => {
    const { door } = await openInhabited();
    const page = await go(door, new Visitor(door.app), fields);
    expect([page.status, keptFor(page)]).toEqual([303, expected]);
  });

  it.each(Object.entries(WAYS))('holds for %s and a second step', async (_way, go) => {
    const { door } = await openInhabited();
    const app = await addAuthenticatorApp(door, NAME);
    const visitor = new Visitor(door.app);
    expect((await go(door, visitor, fields)).location).toBe('/sign-in/second');
    // What is posted there changes nothing.
    const step = { proof: 'totp', code: app.nextCode(), remember: isTicked ? '' : 'yes' };
    expect(keptFor(await visitor.post('/sign-in/second', step))).toBe(expected);
  });

  it('holds for a passkey', async () => {
    const { door, owner } = await openInhabited();
    const authenticator = await addPasskey(door, owner);
    const visitor = new Visitor(door.app);
    const begun = await visitor.send('/sign-in/passkey/begin', {
      method: 'POST',
      headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
    });
    const options: unknown = JSON.parse(begun.text);
    const credential = JSON.stringify(authenticator.get(options as never));
    expect(keptFor(await visitor.post('/sign-in/passkey', { credential, ...fields }))).toBe(
      expected,
    );
  });
});

describe('the box', () => {
  it('stands in the one form of password and providers, and in that of the link', async () => {
    const door = await openTestDoor({ providers: [standInProvider()] });
    const visitor = new Visitor(door.app);
    const { text } = await visitor.get('/sign-in?return_to=%2Fdevices');
    expect(text.match(/type="checkbox"/g)).toHaveLength(1);
    const form = /<form id="sign-in" method="post" action="\/sign-in".*?<\/form>/s.exec(text)?.[0];
    expect(form).toMatch(/name="return_to" value="\/devices".*name="remember" type="checkbox"/s);
    const button = /<button[^>]*name="provider"[^>]*>/.exec(text)?.[0];
    expect(button).toContain('form="sign-in" formaction="/sign-in/provider"');
    expect(button).toContain('value="guild"');
    const link = await visitor.get('/sign-in/link');
    expect(link.text).toMatch(/<input id="remember" name="remember" type="checkbox" value="yes"/);
    for (const path of ['/sign-up', '/forgot'])
      expect((await visitor.get(path)).text).not.toContain('name="remember"');
  });

  it('stays as it was when the address of a link has to be typed again', async () => {
    const door = await openTestDoor();
    const page = await new Visitor(door.app).post('/sign-in/link', {
      address: '',
      remember: 'yes',
    });
    expect(page.status).toBe(422);
    expect(page.text).toMatch(/<input id="remember"[^>]*checked/);
  });

  it('means nothing to who links a provider or confirms with one', async () => {
    const { door } = await openInhabited();
    const visitor = new Visitor(door.app);
    await visitor.post('/sign-in', { name: NAME, password: PASSWORD });
    const other = { provider: 'guild', remember: 'yes' };
    await visitor.post('/security/providers/link', other);
    const { sessions } = door;
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const kept = (await sessions.list(userId)).map(({ remembered }) => remembered);
    expect(kept).toEqual([false, false]);
  });

  it('that is sent twice is no form', async () => {
    const door = await openTestDoor({ providers: [standInProvider()] });
    const visitor = new Visitor(door.app);
    for (const path of ['/sign-in', '/sign-in/link', '/sign-in/provider', '/sign-in/passkey']) {
      const page = await visitor.send(path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
        },
        body: 'remember=yes&remember=&provider=guild',
      });
      expect([path, page.status]).toEqual([path, 400]);
    }
  });
});
