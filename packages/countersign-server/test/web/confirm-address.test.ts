import { describe, expect, it } from 'vitest';

import { linkIn, openTestDoor, PASSWORD, signIn, signUp } from './door.js';
import { visitFlow } from './flow-visit.js';
import { Visitor } from './visitor.js';

const VERIFY = '/profile/addresses/verify';
const NEW = 'ada@new.example';

/** Somebody who has added an address, and the link in the mail to it. */
async function addAddress() {
  const door = await openTestDoor();
  const owner = await signUp(door);
  await visitFlow(door, owner, (visit) => door.flows.addresses.add(visit, { address: NEW }));
  await door.flows.settled();
  const mail = door.mails.find(({ to, kind }) => to === NEW && kind === 'verify-address');
  return { door, owner, link: linkIn(mail) };
}

async function canSignIn(door: Awaited<ReturnType<typeof addAddress>>['door'], name: string) {
  const page = await new Visitor(door.app).post('/sign-in', { name, password: PASSWORD });
  return page.status === 303;
}

describe('the link that confirms an address', () => {
  it('says which one, and confirms it by its button, not by being opened (G66)', async () => {
    const { door, owner, link } = await addAddress();
    expect((await owner.get(link)).location).toBe(VERIFY);
    const page = await owner.get(VERIFY);
    expect(page.text).toContain(`<strong>${NEW}</strong>`);
    expect(await canSignIn(door, NEW)).toBe(false);
    const done = await owner.post(VERIFY);
    expect([done.status, done.location]).toEqual([303, '/profile']);
    expect(await canSignIn(door, NEW)).toBe(true);
  });

  it('works where nobody is signed in, and signs nobody in', async () => {
    const { door, link } = await addAddress();
    const phone = new Visitor(door.app);
    await phone.get(link);
    const done = await phone.post(VERIFY);
    expect(done.location).toBe('/sign-in?notice=address-confirmed');
    expect((await phone.get(done.location ?? '')).text).toContain('Your address is confirmed.');
    expect(phone.jar.has('__Host-id')).toBe(false);
    expect(await canSignIn(door, NEW)).toBe(true);
  });

  it('does nothing where somebody else is signed in', async () => {
    const { door, link } = await addAddress();
    const other = await signUp(door, { name: 'eve@example.org' });
    await other.get(link);
    expect((await other.post(VERIFY)).status).toBe(410);
    expect(await canSignIn(door, NEW)).toBe(false);
    const userId = (await door.accounts.findUserId('eve@example.org')) ?? '';
    expect((await door.accounts.findUser(userId))?.addresses).toHaveLength(1);
  });

  it('works once, and for an hour (G67)', async () => {
    const { owner, link } = await addAddress();
    await owner.get(link);
    expect((await owner.post(VERIFY)).status).toBe(303);
    await owner.get(link);
    const again = await owner.get(VERIFY);
    expect([again.status, again.text.includes('Go to your addresses')]).toEqual([410, true]);

    const { door, link: late } = await addAddress();
    door.clock.advance(60 * 60_000);
    const visitor = await signIn(door);
    await visitor.get(late);
    expect((await visitor.post(VERIFY)).status).toBe(410);
  });
});
