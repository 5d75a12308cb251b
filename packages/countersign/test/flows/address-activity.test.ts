// What the owner of an account is shown of changes of its addresses: which one it was (G51), which no
// listener is told (G15; ASVS 16.2.5).

import { describe, expect, it } from 'vitest';

import { add, confirm, createOwner, NEW, tokenFor } from './addresses-steps.js';
import { ADDRESS, type Visitor, type World } from './fixture.js';

async function noted(world: World, owner: Visitor): Promise<readonly unknown[]> {
  await world.flows.settled();
  const list = await owner.visit((visit) => world.flows.account.activity(visit));
  return list.map(({ action, emailAddress }) => [action, emailAddress]);
}

describe('an address that was changed', () => {
  it('is named as the account has it, at each step, to its owner alone', async () => {
    const { world, owner, userId } = await createOwner();
    const { addresses, stepUp } = world.flows;
    const step = (): void => world.clock.advance(1);
    await confirm(world, await tokenFor(world, owner), owner);
    step();
    await owner.visit((visit) => addresses.makePrimary(visit, { address: 'ADA@WORK.example' }));
    step();
    await owner.visit((visit) => addresses.remove(visit, { address: ADDRESS }));
    step();
    await owner.visit((visit) => stepUp.withPassword(visit, { password: 'wrong' }));
    expect(await noted(world, owner)).toEqual([
      ['remove-address', ADDRESS],
      ['make-address-primary', NEW],
      ['confirm-address', NEW],
      ['add-address', NEW],
    ]);
    expect(JSON.stringify(world.events)).not.toMatch(/ada@/i);
    // What an administrator is shown is what the owner is.
    const [latest] = await world.accounts.listActivity(userId);
    expect(latest).toMatchObject({ action: 'remove-address', emailAddress: ADDRESS });
  });

  it('is forgotten with the account', async () => {
    const { world, owner, userId } = await createOwner();
    await add(world, owner);
    await world.flows.settled();
    expect(await world.accountStore.listActivity(userId, 5)).toHaveLength(1);
    await owner.visit((visit) => world.flows.account.remove(visit));
    await world.flows.settled();
    expect(await world.accountStore.listActivity(userId, 5)).toEqual([]);
  });

  it('makes a row of at most 4 KiB, beside whatever a client says of itself', async () => {
    const { world, userId } = await createOwner();
    const userAgent = '\u0001'.repeat(10_000);
    const owner = world.visitor({ userAgent: 'ÿ'.repeat(10_000) });
    await owner.signInAs(userId);
    const address = `${'é'.repeat(32)}@${'ä'.repeat(20)}.${'ö'.repeat(20)}.example`;
    expect(await add(world, owner, address)).toEqual({ ok: true });
    await world.accounts.setStatus(userId, { status: 'disabled' }, { userAgent });
    await world.flows.settled();
    const rows = await world.accountStore.listActivity(userId, 5);
    expect(rows).toHaveLength(2);
    for (const { entry } of rows) expect(Buffer.byteLength(entry)).toBeLessThan(4_096);
    const list = await world.accounts.listActivity(userId);
    expect(list.map(({ emailAddress }) => emailAddress)).toContain(address);
  });
});

describe('an entry of before addresses were named', () => {
  const entry = {
    action: 'add-address',
    outcome: 'success',
    reason: null,
    authenticator: null,
    factors: [],
    address: '192.0.2.7',
    userAgent: null,
  };

  it.each([
    ['without one', entry],
    ['with something else in its place', { ...entry, emailAddress: { a: 1 } }],
  ])('is read: %s', async (_name, stored) => {
    const { world, owner, userId } = await createOwner();
    const row = { at: 1, entry: JSON.stringify(stored) };
    await world.accountStore.addActivity(userId, row, { keep: 100 });
    expect(await owner.visit((visit) => world.flows.account.activity(visit))).toEqual([
      { at: 1, ...entry, emailAddress: null },
    ]);
  });
});
