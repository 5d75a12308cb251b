import type { PasskeyCreationOptions, PasskeyRequestOptions } from 'countersign/accounts/passkeys';
import { describe, expect, it } from 'vitest';

import { SoftwareAuthenticator } from '../../../countersign/test/accounts/software-authenticator.js';
import { askedIn } from './asked-in.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { openTestDoor, OTHER_PASSWORD, PASSWORD, signIn, signUp, type Door } from './door.js';
import { addPasskey } from './passkey.js';
import { ORIGIN, Visitor, type Page } from './visitor.js';

const PATH = '/security/passkeys';
const MINUTE = 60_000;

/** What the script of the page asks with. */
function begin(visitor: Visitor, path = `${PATH}/begin`): Promise<Page> {
  return visitor.send(path, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', accept: 'application/json' },
  });
}

async function openPasskeys(): Promise<{ door: Door; visitor: Visitor }> {
  const door = await openTestDoor();
  return { door, visitor: await signUp(door) };
}

/** Adds one by the page. */
async function addByPage(visitor: Visitor, fields: Record<string, string> = {}) {
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN });
  const answer = await begin(visitor);
  expect(answer.status).toBe(200);
  const options = JSON.parse(answer.text) as PasskeyCreationOptions;
  const credential = JSON.stringify(authenticator.create(options));
  const page = await visitor.post(`${PATH}/add`, { credential, name: 'Laptop', ...fields });
  return { authenticator, credential, page };
}

function idsOn(page: Page): readonly string[] {
  return [...page.text.matchAll(/passkeys\/remove\?id=([\w%-]+)"/g)].map(([, id = '']) => id);
}

describe('adding a passkey', () => {
  it('shows recovery codes with the first one, and then lists it by its name', async () => {
    const { visitor } = await openPasskeys();
    const empty = await visitor.get(PATH);
    expect(empty.text).toContain('You have none yet.');
    expect(empty.text).toContain('value="Chrome on Linux"');
    expect(empty.headers.get('content-security-policy')).toContain("connect-src 'self'");

    const { page } = await addByPage(visitor, { name: 'My <laptop>' });
    expect([page.status, page.text.includes('Your recovery codes')]).toEqual([200, true]);
    expect(page.text).toContain(`href="${PATH}"`);
    const list = await visitor.get(PATH);
    expect(list.text).toContain('My &lt;laptop&gt;');
    expect(list.text).toContain('Not used yet');

    const second = await addByPage(visitor, { name: 'Phone' });
    expect([second.page.status, second.page.location]).toEqual([303, PATH]);
    expect(idsOn(await visitor.get(PATH))).toHaveLength(2);
  });

  it('takes what the browser made once', async () => {
    const { visitor } = await openPasskeys();
    const { credential } = await addByPage(visitor);
    const page = await visitor.post(`${PATH}/add`, { credential, name: 'Laptop' });
    expect([page.status, page.text.includes('That took too long.')]).toEqual([422, true]);
    expect(idsOn(await visitor.get(PATH))).toHaveLength(1);
  });

  it.each(['', 'x', '{}', '[1]', 'null'])(
    'refuses %j in place of a credential',
    async (credential) => {
      const { visitor } = await openPasskeys();
      await begin(visitor);
      const page = await visitor.post(`${PATH}/add`, { credential, name: 'Typed' });
      expect(page.status).toBe(422);
      expect(page.text).toContain('value="Typed"');
      expect(page.text).toMatch(/role="alert" data-trouble="true">[A-Z]/);
      expect(idsOn(await visitor.get(PATH))).toHaveLength(0);
    },
  );

  it('leads the script to a page that asks for a proof, and back (7.5.1)', async () => {
    const { door, visitor } = await openPasskeys();
    door.clock.advance(10 * MINUTE);
    expect((await begin(visitor)).status).toBe(303);
    // The script sees no more than that it was sent elsewhere, and loads the page anew.
    const { location } = await visitor.get(PATH);
    const asked = askedIn(location);
    expect((await visitor.get(location ?? '')).text).toContain('add a passkey');
    // Once: who cancels sees the list.
    expect((await visitor.get(PATH)).status).toBe(200);
    const fields = { asked, proof: 'password', password: PASSWORD };
    expect((await visitor.post('/confirm', fields)).location).toBe(PATH);
    expect((await addByPage(visitor)).page.status).toBe(200);
  });

  it('ends the other sessions when asked to (7.4.3)', async () => {
    const { door, visitor } = await openPasskeys();
    const there = await signIn(door);
    await addByPage(visitor, { end_others: 'yes' });
    expect((await there.get('/')).status).toBe(303);
    expect((await visitor.get('/')).status).toBe(200);
  });
});

describe('renaming a passkey', () => {
  it('takes another name, and puts a bad one right beside its field', async () => {
    const { visitor } = await openPasskeys();
    await addByPage(visitor);
    const [id = ''] = idsOn(await visitor.get(PATH));
    await visitor.post(`${PATH}/rename`, { id, name: 'Kitchen' });
    expect((await visitor.get(PATH)).text).toContain('Kitchen');
    const page = await visitor.post(`${PATH}/rename`, { id, name: '' });
    expect(page.status).toBe(422);
    expect(page.text).toMatch(/<details class="more" open/);
    const gone = await visitor.post(`${PATH}/rename`, { id: 'x', name: 'Kitchen' });
    expect(gone.location).toBe(PATH);
    expect((await visitor.get(PATH)).text).toContain('That passkey was removed already.');
  });
});

describe('a passkey that may have been copied', () => {
  it('is marked as such, here and on the security page', async () => {
    const { door, visitor } = await openPasskeys();
    const authenticator = await addPasskey(door, visitor);
    const copy = authenticator.clone();
    const use = async (which: SoftwareAuthenticator): Promise<Page> => {
      const other = new Visitor(door.app);
      const { text } = await begin(other, '/sign-in/passkey/begin');
      const credential = JSON.stringify(which.get(JSON.parse(text) as PasskeyRequestOptions));
      return other.post('/sign-in/passkey', { credential });
    };
    expect((await use(authenticator)).status).toBe(303);
    expect((await visitor.get(PATH)).text).not.toContain('Perhaps copied');
    expect((await use(copy)).status).toBe(401);
    expect((await visitor.get(PATH)).text).toContain('Perhaps copied');
    expect((await visitor.get('/security')).text).toContain('A passkey may have been copied');
  });
});

describe('removing a passkey', () => {
  it('asks whether it is meant, and does it by a form only', async () => {
    const { visitor } = await openPasskeys();
    await addByPage(visitor);
    const [id = ''] = idsOn(await visitor.get(PATH));
    const sure = await visitor.get(`${PATH}/remove?id=${id}`);
    expect(sure.text).toContain('Remove the passkey Laptop?');
    expect(sure.text).toContain('your recovery codes will be worthless');
    expect(idsOn(await visitor.get(PATH))).toHaveLength(1);
    expect((await visitor.post(`${PATH}/remove`, { id })).location).toBe(PATH);
    expect(idsOn(await visitor.get(PATH))).toHaveLength(0);
    for (const path of [`${PATH}/remove?id=${id}`, `${PATH}/remove`])
      expect((await visitor.get(path)).location).toBe(PATH);
  });

  it('waits for a proof, of which the passkey itself is one and enough (7.5.1)', async () => {
    const { door, visitor } = await openPasskeys();
    const authenticator = await addPasskey(door, visitor);
    const [id = ''] = idsOn(await visitor.get(PATH));
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.post(`${PATH}/remove`, { id });
    const asked = askedIn(location);
    const page = await visitor.get(`${location}&proof=passkey`);
    expect(page.text).toContain('Your passkey is needed to remove the passkey Laptop.');
    expect(page.text).toContain('data-begin="/confirm/begin"');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");

    const none = await visitor.post('/confirm', { asked, proof: 'passkey', credential: '' });
    expect([none.status, none.text.includes('No passkey was used.')]).toEqual([422, true]);
    const options = JSON.parse(
      (await begin(visitor, '/confirm/begin')).text,
    ) as PasskeyRequestOptions;
    const credential = JSON.stringify(authenticator.get(options));
    const done = await visitor.post('/confirm', { asked, proof: 'passkey', credential });
    expect(done.location).toBe(PATH);
    expect((await visitor.get(PATH)).text).toContain('The passkey is removed.');
  });

  it('has nothing to begin for who has none', async () => {
    const { visitor } = await openPasskeys();
    const answer = await begin(visitor, '/confirm/begin');
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.text)).toEqual({
      message: 'Your account has no passkey any more. Choose another way.',
    });
  });

  it('keeps the last second step of a short password (G21)', async () => {
    const { visitor } = await openPasskeys();
    await addByPage(visitor);
    const short = 'plum9jar';
    const change = { current: PASSWORD, password: short, repeated: short };
    const form = await visitor.get('/password');
    expect(form.text).toContain('at least 8 characters');
    expect(form.text).toMatch(/<input id="password"[^>]*data-least="8"/);
    expect((await visitor.post('/password', change)).location).toBe('/security');
    const [id = ''] = idsOn(await visitor.get(PATH));
    await visitor.post(`${PATH}/remove`, { id });
    const page = await visitor.get(PATH);
    expect(page.text).toContain('Your password is too short to be the only thing');
    expect(idsOn(page)).toHaveLength(1);
  });
});

describe('the password of an account with a second factor', () => {
  it('is changed after a fresh second step, which is asked for before anything is typed', async () => {
    const { door, visitor } = await openPasskeys();
    const app = await addAuthenticatorApp(door);
    door.clock.advance(10 * MINUTE);
    const change = { current: PASSWORD, password: OTHER_PASSWORD, repeated: OTHER_PASSWORD };
    // Whoever posts the form all the same is asked too.
    expect((await visitor.post('/password', change)).location).toMatch(/^\/confirm\?asked=/);
    const { location } = await visitor.get('/password');
    const asked = askedIn(location);
    await visitor.post('/confirm', { asked, proof: 'password', password: PASSWORD });
    const done = await visitor.post('/confirm', { asked, proof: 'totp', code: app.nextCode() });
    expect(done.location).toBe('/password');
    expect((await visitor.get('/password')).text).toContain('Change your password');
    expect((await visitor.post('/password', change)).location).toBe('/security');
  });
});
