// Construction, and the verbs that are not about one request.

import { describe, expect, it } from 'vitest';

import { createSessions, type PolicyOptions, type SessionsOptions } from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createFixture, KEY, type Data } from './fixture.js';

const store = memoryStore();

describe('createSessions refuses, with the remedy', () => {
  const cases: readonly (readonly [string, Partial<SessionsOptions<Data>>, RegExp])[] = [
    ['no key', { keys: [] }, /keys: no key was given.*openssl rand/],
    ['a key that is not set', { keys: [undefined] }, /keys\[0\]: is not set.*openssl rand/],
    ['a short key', { keys: ['short'] }, /keys\[0\]: has 5 bytes, and 32 is the least/],
    ['a repetitive key', { keys: ['a'.repeat(64)] }, /keys\[0\]: repeats a few characters/],
    ['one key twice', { keys: [KEY, KEY] }, /keys: the same key is in the list twice/],
    ['idle over absolute', { policy: { idle: '13h' } }, /policy\.idle: is longer than/],
    ['overlap over renewal', { policy: { overlap: '20m' } }, /policy\.renewal: is not longer than/],
    ['renewal over absolute', { policy: { renewal: '12h' } }, /policy\.renewal: is not shorter/],
    ['overlap within the skew', { policy: { overlap: '5s' } }, /policy\.overlap: .*clockSkew/],
    ['a touch too often', { policy: { touch: '1s' } }, /policy\.touch: is below a twentieth/],
    ['a touch too rarely', { policy: { touch: '20m' } }, /policy\.touch: is above half/],
    [
      'a touch too rare for remembered sessions',
      { policy: { remembered: { idle: '2m' } } },
      /policy\.touch: is above half of an idle limit/,
    ],
    ['an attempt of a day', { policy: { attempt: '1d' } }, /policy\.attempt: is not below 24h/],
    ['an immortal session', { policy: { absolute: '401d' } }, /policy: a lifetime is over 400d/],
    ['no session per user', { policy: { perUser: { max: 0 } } }, /policy\.perUser: is not a whole/],
    ['data without limit', { policy: { maxDataBytes: 2 ** 31 } }, /policy\.maxDataBytes: is not/],
    ['SameSite=None that a path breaks', { cookie: { path: '/app' } }, /cookie: .*__Host-/],
    ['a Domain on a __Host- name', { cookie: { domain: 'example.com' } }, /cookie: .*__Host-/],
    ['one name for both cookies', { cookie: { anonymousName: '__Host-id' } }, /anonymousName/],
    [
      'a name of its own in insecure development',
      { cookie: { insecureDevelopment: true, name: 'x' } },
      /insecureDevelopment/,
    ],
    ['a name that is no token', { cookie: { name: 'se ssion' } }, /cookie: /],
  ];
  it.each(cases)('%s', (_, options, message) => {
    expect(() => createSessions<Data>({ store, keys: [KEY], ...options })).toThrow(
      expect.objectContaining({
        code: 'configuration',
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  // From JSON, as where types are not checked: each of these left a default in force without a word.
  it.each([
    ['{"policy":{"idel":"5m"}}', /policy\.idel: is not an option here.*idle, absolute/],
    ['{"policy":"strict"}', /policy: is not an object of options/],
    ['{"policy":null}', /policy: is not an object/],
    ['{"policy":{"idle":null}}', /policy\.idle: null is not a duration/],
    ['{"policy":{"remembered":{"idel":"1d"}}}', /policy\.remembered\.idel: is not an option/],
    ['{"policy":{"remembered":"30d"}}', /policy\.remembered: is not an object/],
    ['{"policy":{"perUser":5}}', /policy\.perUser: is not an object/],
    ['{"policy":{"perUser":{"maximum":5}}}', /policy\.perUser\.maximum: is not an option/],
    ['{"cookie":{"samesite":"strict"}}', /cookie\.samesite: is not an option here.*sameSite/],
    ['{"cookie":{"secure":false}}', /cookie\.secure: is not an option/],
    ['{"cookie":"sid"}', /cookie: is not an object/],
    ['{"cookie":{"insecureDevelopment":"no"}}', /cookie\.insecureDevelopment: is neither/],
    ['{"on":{"signedin":null}}', /on\.signedin: is not an option here.*signedIn/],
    ['{"on":{"signedIn":"log"}}', /on\.signedIn: is not a function/],
    ['{"namespace":""}', /namespace: is not a name/],
    ['{"namespace":5}', /namespace: is not a name/],
    ['{"clock":{}}', /clock: is not a clock/],
    ['{"data":{}}', /data: is not a Standard Schema/],
  ])('%s', (text, message) => {
    const options = { store, keys: [KEY], ...(JSON.parse(text) as object) };
    expect(() => createSessions<Data>(options)).toThrow(message);
  });

  it('no options at all', () => {
    const none = JSON.parse('null') as SessionsOptions<Data>;
    expect(() => createSessions<Data>(none)).toThrow(/options: is not an object of options/);
  });

  it('a duration that is none', () => {
    const policy = JSON.parse('{"idle":"soon"}') as PolicyOptions;
    expect(() => createSessions<Data>({ store, keys: [KEY], policy })).toThrow(
      /policy\.idle: "soon" is not a duration/,
    );
  });

  it('an option it does not know', () => {
    const options = { store, keys: [KEY], stoer: 1 };
    expect(() => createSessions<Data>(options)).toThrow(/stoer: is not an option here/);
  });

  it('something that is no store', () => {
    const options = JSON.parse(`{"store":{},"keys":["${KEY}"]}`) as SessionsOptions<Data>;
    expect(() => createSessions<Data>(options)).toThrow(/store: is not a session store/);
  });
});

describe('createSessions', () => {
  it('notes cookies that another host could plant, and insecure development', () => {
    const shared = createSessions<Data>({
      store,
      keys: [KEY],
      cookie: { name: 'id', anonymousName: '__Secure-pre' },
    });
    expect(shared.notes).toEqual([
      expect.stringContaining('id has no __Host- or __Secure- prefix'),
    ]);
    const development = createSessions<Data>({
      store,
      keys: [KEY],
      cookie: { insecureDevelopment: true },
    });
    expect(development.cookies.name).toBe('dev-id');
    expect(development.cookies.attributes.secure).toBe(false);
    expect(development.notes).toEqual([expect.stringContaining('without Secure')]);
  });

  it('keeps HttpOnly and an explicit SameSite on every session cookie (A21, A22)', () => {
    const { sessions } = createFixture();
    expect(sessions.cookies).toMatchObject({
      name: '__Host-id',
      anonymousName: '__Host-pre',
      attributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
      notes: [],
    });
  });
});

describe('verbs by user', () => {
  it('list the sessions of one user, newest first, and of nobody else', async () => {
    const { sessions, clock, browser } = createFixture();
    await browser().signIn('alice');
    clock.advance(1000);
    await browser().signIn('alice');
    await browser().signIn('bob');
    const list = await sessions.list('alice');
    expect(list).toHaveLength(2);
    expect(list[0]?.createdAt).toBeGreaterThan(list[1]?.createdAt ?? Number.NaN);
    expect(list.every((session) => !session.current)).toBe(true);
  });

  it('end one session by its id', async () => {
    const { sessions, events, browser } = createFixture();
    const laptop = browser();
    const phone = browser();
    await laptop.signIn();
    await phone.signIn();
    const id = (await phone.send()).id ?? '';
    expect(await sessions.end(id)).toBe(true);
    expect(await sessions.end(id)).toBe(false);
    expect((await phone.send()).userId).toBeNull();
    expect((await laptop.send()).userId).toBe('user-1');
    expect(events).toContain('ended ended-by-application');
  });

  it('end all sessions of a user, and refuse a sign-in that began before', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn('alice');
    const slow = await browser().send();
    const attempt = await slow.beginSignIn('alice');
    expect(await sessions.endUser('alice')).toBe(1);
    expect(await slow.signIn('alice', { attempt })).toEqual({
      ok: false,
      reason: 'ended-meanwhile',
    });
    expect((await laptop.send()).userId).toBeNull();
    expect(await slow.signIn('alice')).toMatchObject({ ok: true });
  });

  it('refuse sign-ins that began before, and end nothing', async () => {
    const { sessions, events, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn('alice');
    const [slow, other] = [await browser().send(), await browser().send()];
    const attempt = await slow.beginSignIn('alice');
    const ofBob = await other.beginSignIn('bob');
    await sessions.refuseEarlierSignIns('alice');
    expect(await slow.signIn('alice', { attempt })).toEqual({
      ok: false,
      reason: 'ended-meanwhile',
    });
    expect(await other.signIn('bob', { attempt: ofBob })).toMatchObject({ ok: true });
    const again = await slow.beginSignIn('alice');
    expect(await slow.signIn('alice', { attempt: again })).toMatchObject({ ok: true });
    expect((await laptop.send()).userId).toBe('alice');
    expect(events.filter((event) => event.startsWith('ended'))).toEqual([]);
  });

  it('refuse also the sign-in that reaches the store after the refusal did (race)', async () => {
    let refuse = async (): Promise<void> => undefined;
    const { sessions, browser } = createFixture({
      // Whatever is between the ticket and the record comes before this.
      override: (inner) => ({
        insert: async (record, guard) => {
          await refuse();
          return inner.insert(record, guard);
        },
      }),
    });
    const slow = await browser().send();
    const attempt = await slow.beginSignIn('alice');
    refuse = () => sessions.refuseEarlierSignIns('alice');
    expect(await slow.signIn('alice', { attempt })).toMatchObject({ reason: 'ended-meanwhile' });
    expect(await sessions.list('alice')).toEqual([]);
  });

  it('take user ids only', async () => {
    const { sessions } = createFixture();
    for (const wrong of ['', 'x'.repeat(1_025)]) {
      await expect(sessions.refuseEarlierSignIns(wrong)).rejects.toThrow('user id');
    }
  });

  it('end everyone, anonymous visitors too', async () => {
    const { sessions, events, browser } = createFixture();
    const [alice, visitor] = [browser(), browser()];
    await alice.signIn('alice');
    await visitor.visit((session) => session.set('a', 'x'));
    const attempt = await (await browser().send()).beginSignIn('bob');
    await sessions.endEveryone();
    expect((await alice.send()).userId).toBeNull();
    expect((await visitor.send()).data).toEqual({});
    expect(await (await browser().send()).signIn('bob', { attempt })).toMatchObject({ ok: false });
    expect(events).toContain('everyone');
  });

  it('close: "last seen" is stored before the store is closed', async () => {
    const touched: number[] = [];
    const { sessions, clock, browser } = createFixture({
      override: () => ({ touch: (batch) => void touched.push(batch.length) }),
    });
    const laptop = browser();
    await laptop.signIn();
    clock.advance(2 * 60_000);
    await laptop.send();
    expect(touched).toEqual([]);
    await sessions.close();
    expect(touched).toEqual([1]);
  });
});
