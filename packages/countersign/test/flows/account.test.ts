import { describe, expect, it } from 'vitest';

import type { AccountStore } from '../../src/accounts/account-store.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { addWithApp, change, signIn, signInWithApp } from './authenticator-app.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  MINUTE,
  PASSWORD,
  passwordRecord,
  type Visitor,
  type World,
} from './fixture.js';

describe('one’s own account', () => {
  it('shows how it stands, and nothing that is secret (G15)', async () => {
    const world = createWorld();
    const app = await addWithApp(world, {
      addresses: [addressRecord('new@example.org', null), addressRecord(ADDRESS)],
    });
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    const user = await ada.visit((visit) => world.flows.account.user(visit));
    const { createdAt } = app.account;
    expect(user).toEqual({
      userId: app.userId,
      name: ADDRESS,
      displayName: null,
      signInName: null,
      status: 'active',
      createdAt,
      hasPassword: true,
      passwordChangedAt: passwordRecord().changedAt,
      passwordClosedTo: null,
      addresses: [
        { address: 'new@example.org', verified: false, primary: false, addedAt: createdAt },
        { address: ADDRESS, verified: true, primary: true, addedAt: createdAt },
      ],
      totp: { addedAt: world.clock.now(), closed: false },
      passkeys: [],
      recoveryCodesLeft: 10,
      recoveryCodesMadeAt: world.clock.now(),
      identities: [],
    });
    const text = JSON.stringify(user);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(app.account.totp?.secret);
    expect(await world.visitor().visit((visit) => world.flows.account.user(visit))).toBe(undefined);
  });

  it('takes a display name, an empty one away, and refuses one that is not to be seen', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    const set = (displayName: string) =>
      ada.visit((visit) => world.flows.account.setDisplayName(visit, { displayName }));
    expect(await set('  Ada Lovelace ')).toEqual({ ok: true });
    expect(await world.stored(userId)).toMatchObject({ displayName: 'Ada Lovelace' });
    for (const typed of ['a\u200bb', 'a\nb', 'a\u202eb', '\u3164', 'x'.repeat(101), '\ud800']) {
      expect(await set(typed), JSON.stringify(typed)).toMatchObject({ reason: 'name-invalid' });
    }
    expect(await world.stored(userId)).toMatchObject({ displayName: 'Ada Lovelace' });
    expect(await set('𝒜'.repeat(100))).toEqual({ ok: true });
    expect(await set('  ')).toEqual({ ok: true });
    expect(await world.stored(userId)).toMatchObject({ displayName: null });
  });
});

describe('deleting it', () => {
  it('ends every session, frees the address, and tells all addresses that it had', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount({
      addresses: [addressRecord(ADDRESS), addressRecord('other@example.org')],
    });
    const [ada, phone] = [world.visitor(), world.visitor()];
    await signIn(world, ada);
    await signIn(world, phone);
    expect(await ada.visit((visit) => world.flows.account.remove(visit))).toEqual({ ok: true });
    expect(ada.jar.has('__Host-id')).toBe(false);
    expect(await phone.userId()).toBeNull();
    expect(await world.stored(userId)).toMatchObject({ status: 'deleted', addresses: [] });
    const mails = await world.mailed('account-deleted');
    expect(mails.map(({ to }) => to)).toEqual([ADDRESS, 'other@example.org']);
    expect(await signIn(world, world.visitor())).toEqual({ ok: false, reason: 'refused' });
  });

  it('refuses a sign-in that has checked the password meanwhile', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const [ada, thief] = [world.visitor(), world.visitor()];
    await signIn(world, ada);
    world.hasher.during = async () => {
      world.hasher.during = () => undefined;
      await ada.visit((visit) => world.flows.account.remove(visit));
    };
    expect(await signIn(world, thief)).toEqual({ ok: false, reason: 'changed-meanwhile' });
    expect(await world.sessions.list(userId)).toEqual([]);
  });

  it('forgets what has happened, that which is being written too', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    await ada.visit((visit) => world.flows.account.remove(visit));
    await world.flows.settled();
    expect(await world.accountStore.listActivity(userId, 100)).toEqual([]);
  });
});

describe('what has happened (G51)', () => {
  const actions = async (world: World, visitor: Visitor): Promise<readonly string[]> => {
    await world.flows.settled();
    const list = await visitor.visit((visit) => world.flows.account.activity(visit));
    return list.map(({ action, outcome }) => `${action} ${outcome}`);
  };

  it('is listed with the newest first: from where, by which factors', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor({ address: '192.0.2.7', userAgent: 'Test Browser' });
    await signIn(world, ada);
    await ada.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.wrong() }));
    const at = world.clock.now();
    world.clock.advance(MINUTE);
    await ada.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
    await world.flows.settled();
    const list = await ada.visit((visit) => world.flows.account.activity(visit));
    expect(list).toEqual([
      {
        at: at + MINUTE,
        action: 'sign-in',
        outcome: 'success',
        reason: null,
        authenticator: null,
        factors: ['password', 'totp'],
        address: '192.0.2.7',
        userAgent: 'Test Browser',
        emailAddress: null,
      },
      {
        at,
        action: 'verify-totp',
        outcome: 'refused',
        reason: 'wrong-code',
        authenticator: null,
        factors: [],
        address: '192.0.2.7',
        userAgent: 'Test Browser',
        emailAddress: null,
      },
    ]);
    const one = await ada.visit((visit) => world.flows.account.activity(visit, { limit: 1 }));
    expect(one).toHaveLength(1);
    const stranger = world.visitor();
    expect(await stranger.visit((visit) => world.flows.account.activity(visit))).toEqual([]);
  });

  it('has no wrong password: the write would tell a known name from an unknown one (G48)', async () => {
    const store = memoryAccountStore();
    const writes: string[] = [];
    const world = createWorld({ accounts: { store: noting(store, writes) } });
    await world.addAccount();
    for (const name of [ADDRESS, 'nobody@example.org']) {
      await world
        .visitor()
        .visit((visit) => world.flows.signIn.withPassword(visit, { name, password: 'wrong' }));
    }
    await world.flows.settled();
    expect(writes).toEqual([]);
    const ada = world.visitor();
    await signIn(world, ada);
    const change = { current: 'wrong', next: PASSWORD, endOthers: true };
    await ada.visit((visit) => world.flows.password.change(visit, change));
    expect(await actions(world, ada)).toEqual(['sign-in success']);
  });

  it('has none that was not judged, with which anybody could fill the list', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signIn(world, ada);
    const guess = (code: string) =>
      ada.visit((visit) => world.flows.signIn.withTotp(visit, { code }));
    for (let i = 0; i < 20; i += 1) await guess('12');
    const code = app.wrong();
    for (let i = 0; i < 20; i += 1) await guess(code);
    world.clock.advance(MINUTE);
    await guess(app.code());
    expect(await actions(world, ada)).toEqual([
      'sign-in success',
      ...Array.from({ length: 5 }, () => 'verify-totp refused'),
    ]);
  });

  it('keeps the 100 newest', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    const ada = world.visitor();
    await signIn(world, ada);
    for (let i = 0; i < 105; i += 1) {
      await ada.visit((visit) => world.flows.stepUp.withPassword(visit, { password: PASSWORD }));
    }
    await world.flows.settled();
    const list = await world.accounts.listActivity(userId);
    expect(list).toHaveLength(100);
    expect(new Set(list.map(({ action }) => action))).toEqual(new Set(['step-up']));
    expect(await world.accountStore.listActivity(userId, 200)).toHaveLength(100);
  });

  it('fails nobody when the store does, and the trail tells of it', async () => {
    const store = memoryAccountStore();
    const failing: AccountStore = {
      ...noting(store, []),
      addActivity: () => {
        throw new Error('disk full');
      },
    };
    const world = createWorld({ accounts: { store: failing } });
    const { userId } = await world.addAccount();
    expect(await signIn(world, world.visitor())).toEqual({ ok: true, userId });
    await world.flows.settled();
    expect(world.events).toContainEqual(
      expect.objectContaining({ action: 'note-activity', outcome: 'failed', userId }),
    );
  });

  it('cuts what a client sent, so that a note stays a note', async () => {
    const world = createWorld();
    const { userId } = await world.addAccount();
    await world.accounts.setStatus(
      userId,
      { status: 'disabled' },
      { userAgent: '𝒜'.repeat(100_000) },
    );
    await world.accounts.settled();
    const [row] = await world.accountStore.listActivity(userId, 1);
    expect(Buffer.byteLength(row?.entry ?? '')).toBeLessThan(4_096);
    expect(await world.accounts.listActivity(userId)).toMatchObject([
      { action: 'disable-account', userAgent: '𝒜'.repeat(256) },
    ]);
  });

  it('tells of a closed authenticator', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    const ada = world.visitor();
    await signInWithApp(world, ada, app);
    await change(world, app.userId, (account) => account);
    for (let i = 0; i < 100; i += 1) {
      world.clock.advance(61 * MINUTE);
      await world.accounts.verifyTotp(app.userId, { code: app.wrong() });
    }
    await world.accounts.settled();
    const list = await world.accounts.listActivity(app.userId);
    expect(list).toContainEqual(
      expect.objectContaining({ action: 'close-authenticator', authenticator: 'totp' }),
    );
  });
});

/** A store with each verb of its own, and notes of what is noted. */
function noting(store: AccountStore, writes: string[]): AccountStore {
  return {
    create: (row) => store.create(row),
    findById: (id) => store.findById(id),
    findByKey: (key) => store.findByKey(key),
    replace: (row) => store.replace(row),
    addActivity: (id, row, options) => {
      writes.push(row.entry);
      return store.addActivity(id, row, options);
    },
    listActivity: (id, limit) => store.listActivity(id, limit),
    forgetActivity: (id) => store.forgetActivity(id),
    close: () => store.close(),
  };
}
