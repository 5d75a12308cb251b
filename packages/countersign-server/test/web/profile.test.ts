import { describe, expect, it } from 'vitest';

import { askedIn } from './asked-in.js';
import { linkIn, NAME, openTestDoor, PASSWORD, signIn, signUp, type Door } from './door.js';
import { Visitor } from './visitor.js';

const PATH = '/profile';
const MINUTE = 60_000;
const SECOND = 'ada@second.example';

async function openProfile(): Promise<{ door: Door; visitor: Visitor }> {
  const door = await openTestDoor();
  return { door, visitor: await signUp(door) };
}

/** Adds an address, and follows the link. */
async function addConfirmed(door: Door, visitor: Visitor, address = SECOND): Promise<void> {
  await visitor.post('/profile/addresses/add', { address });
  await door.flows.settled();
  const link = linkIn(door.mails.findLast(({ to }) => to === address));
  const { location } = await visitor.get(link);
  expect((await visitor.post(location ?? '')).location).toBe(PATH);
}

describe('the name on the profile', () => {
  it('is kept, shown on every page, and taken away again', async () => {
    const { visitor } = await openProfile();
    const page = await visitor.post('/profile/name', { display_name: '  Ada <b>  ' });
    expect([page.status, page.location]).toEqual([303, PATH]);
    expect((await visitor.get(PATH)).text).toContain('value="Ada &lt;b&gt;"');
    expect((await visitor.get('/')).text).toContain('Welcome, Ada &lt;b&gt;');
    await visitor.post('/profile/name', { display_name: '' });
    expect((await visitor.get('/')).text).toContain(`Welcome, ${NAME}`);
  });

  it('is put right where it cannot be one', async () => {
    const { visitor } = await openProfile();
    const name = 'x'.repeat(101);
    const page = await visitor.post('/profile/name', { display_name: name });
    expect(page.status).toBe(422);
    expect(page.text).toContain(`value="${name}"`);
    expect(page.text).toContain('Use at most 100 visible characters.');
    expect(page.text).toMatch(/<input id="display_name"[^>]*autofocus/);
  });
});

describe('the addresses on the profile', () => {
  it('is added by a link that is sent there, and told to the others (6.3.7, G83)', async () => {
    const { door, visitor } = await openProfile();
    const before = door.mails.length;
    const page = await visitor.post('/profile/addresses/add', { address: ` ${SECOND} ` });
    expect(page.location).toBe(PATH);
    await door.flows.settled();
    const recipients = door.mails.slice(before).map(({ to }) => to);
    expect(recipients.toSorted()).toEqual([NAME, SECOND].toSorted());
    const pending = await visitor.get(PATH);
    expect(pending.text).toContain(`A mail is on its way to ${SECOND}.`);
    expect(pending.text).toContain('Not confirmed');
    const stranger = await new Visitor(door.app).post('/sign-in', {
      name: SECOND,
      password: PASSWORD,
    });
    expect(stranger.status).toBe(401);

    const { location } = await visitor.get(linkIn(door.mails.findLast(({ to }) => to === SECOND)));
    await visitor.post(location ?? '');
    expect((await visitor.get(PATH)).text).toContain(`${SECOND} is confirmed.`);
    expect((await (await signIn(door, { name: SECOND })).get('/')).status).toBe(200);
  });

  it('is sent the link again', async () => {
    const { door, visitor } = await openProfile();
    await visitor.post('/profile/addresses/add', { address: SECOND });
    await door.flows.settled();
    const count = (): number => door.mails.filter(({ to }) => to === SECOND).length;
    expect(count()).toBe(1);
    door.clock.advance(5 * MINUTE);
    await visitor.post('/profile/addresses/resend', { address: SECOND });
    await door.flows.settled();
    expect(count()).toBe(2);
  });

  it('gets the same answer whoever has it, byte for byte (G60)', async () => {
    const { door, visitor } = await openProfile();
    await signUp(door, { name: 'bob1@second.example' });
    const shown = async (address: string): Promise<string> => {
      const page = await visitor.post('/profile/addresses/add', { address });
      expect([page.status, page.location]).toEqual([303, PATH]);
      return (await visitor.get(PATH)).text.replaceAll(address, 'ADDRESS');
    };
    const taken = await shown('bob1@second.example');
    await visitor.post('/profile/addresses/remove', { address: 'bob1@second.example' });
    await visitor.get(PATH);
    expect(await shown('bob2@second.example')).toEqual(taken);
  });

  it('is put right where no mail can go', async () => {
    const { visitor } = await openProfile();
    const page = await visitor.post('/profile/addresses/add', { address: 'no"address' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('value="no&quot;address"');
    expect(page.text).toMatch(/<input id="address"[^>]*autofocus/);
  });

  it('becomes the primary one, and is removed', async () => {
    const { door, visitor } = await openProfile();
    await addConfirmed(door, visitor);
    await visitor.post('/profile/addresses/make-primary', { address: SECOND });
    const page = await visitor.get(PATH);
    expect(page.text).toContain(`Mails go to ${SECOND} from now on.`);
    expect(page.text).toMatch(new RegExp(`<span>${SECOND}</span> <span[^>]*>Primary`));
    await visitor.post('/profile/addresses/remove', { address: NAME });
    expect((await visitor.get(PATH)).text).toContain(`${NAME} is removed.`);
    await visitor.post('/profile/addresses/remove', { address: SECOND });
    expect((await visitor.get(PATH)).text).toContain(
      'This is the only address that mails can go to.',
    );
  });

  it.each(['resend', 'make-primary', 'remove'])(
    'has nothing to %s for strange ones',
    async (verb) => {
      const { visitor } = await openProfile();
      for (const address of ['', 'x', 'eve@elsewhere.example', 'x'.repeat(9_000)]) {
        const page = await visitor.post(`/profile/addresses/${verb}`, { address });
        expect(page.location).toBe(PATH);
      }
      expect((await visitor.get(PATH)).text).toContain('That address was removed or confirmed');
    },
  );

  it.each([
    ['add', SECOND, `add the address ${SECOND}`, 'A mail is on its way'],
    ['resend', 'third@second.example', 'send a link to third@second.example', 'on its way'],
    ['make-primary', 'other@second.example', 'your primary address', 'Mails go to other@'],
    ['remove', 'other@second.example', 'remove the address other@', 'is removed.'],
  ])(
    'takes a fresh proof to %s one, and nobody types it again (7.5.1)',
    async (verb, address, purpose, done) => {
      const { door, visitor } = await openProfile();
      await addConfirmed(door, visitor, 'other@second.example');
      await visitor.post('/profile/addresses/add', { address: 'third@second.example' });
      door.clock.advance(10 * MINUTE);
      const { location } = await visitor.post(`/profile/addresses/${verb}`, { address });
      const asked = askedIn(location);
      expect(location).not.toContain('example');
      expect((await visitor.get(location ?? '')).text).toContain(purpose);
      const fields = { asked, proof: 'password', password: PASSWORD };
      expect((await visitor.post('/confirm', fields)).location).toBe(PATH);
      expect((await visitor.get(PATH)).text).toContain(done);
    },
  );

  it('keeps little of what is asked for until it is confirmed', async () => {
    const { door, visitor } = await openProfile();
    door.clock.advance(10 * MINUTE);
    const address = `${'x'.repeat(60_000)}@second.example`;
    const { location } = await visitor.post('/profile/addresses/add', { address });
    const asked = askedIn(location);
    const fields = { asked, proof: 'password', password: PASSWORD };
    expect((await visitor.post('/confirm', fields)).status).toBe(422);
  });
});

describe('deleting an account', () => {
  const DELETE = '/profile/delete';

  it('wants the address typed', async () => {
    const { visitor } = await openProfile();
    const page = await visitor.get(DELETE);
    expect(page.text).toContain(`Type ${NAME} to show that you mean it`);
    for (const confirmation of ['', 'yes', 'ada@example.com']) {
      const wrong = await visitor.post(DELETE, { confirmation });
      expect(wrong.status).toBe(422);
      expect(wrong.text).toContain('Type exactly what stands above.');
    }
    expect((await visitor.get('/')).status).toBe(200);
  });

  it('ends the account and all its sessions (7.4.2)', async () => {
    const { door, visitor } = await openProfile();
    const there = await signIn(door);
    const page = await visitor.post(DELETE, { confirmation: ` ${NAME.toUpperCase()} ` });
    expect(page.location).toBe('/sign-in?notice=deleted');
    expect((await visitor.get(page.location ?? '')).text).toContain('Your account is deleted');
    for (const gone of [visitor, there]) expect((await gone.get('/')).status).toBe(303);
    const again = await there.post('/sign-in', { name: NAME, password: PASSWORD });
    expect(again.status).toBe(401);
  });

  it('takes a fresh proof, and the word is not typed again (7.5.1)', async () => {
    const { door, visitor } = await openProfile();
    door.clock.advance(10 * MINUTE);
    const { location } = await visitor.post(DELETE, { confirmation: NAME });
    expect((await visitor.get('/')).status).toBe(200);
    const question = await visitor.get(location ?? '');
    expect(question.text).toContain('delete your account for good');
    const fields = { asked: askedIn(location), proof: 'password', password: PASSWORD };
    expect((await visitor.post('/confirm', fields)).location).toBe('/sign-in?notice=deleted');
    expect((await visitor.get('/')).status).toBe(303);
  });
});
