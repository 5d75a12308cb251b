// What somebody who is signed in asks for and may not have: each is told, by its verb (ASVS 16.3.2).

import { describe, expect, it } from 'vitest';

import { createSessionReference } from '../../src/flows/session-reference.js';
import type { Visit } from '../../src/flows/visit.js';
import { addWithApp } from './authenticator-app.js';
import { ADDRESS, KEYS, MINUTE, NEXT, PASSWORD, type World } from './fixture.js';
import { createAuthenticator, createPasskeyWorld, enrol } from './passkey-world.js';

const end = { endOthers: true };
const IDENTITY = { issuer: 'https://id.example', subject: '7' };

/** Each verb that takes a fresh proof, by what its events are called. */
const VERBS: readonly (readonly [string, (world: World, visit: Visit) => Promise<unknown>])[] = [
  [
    'change-password',
    ({ flows }, v) => flows.password.change(v, { current: PASSWORD, next: NEXT, ...end }),
  ],
  ['set-password', ({ flows }, v) => flows.password.set(v, { next: NEXT, ...end })],
  ['add-totp', ({ flows }, v) => flows.totp.begin(v)],
  ['add-totp', ({ flows }, v) => flows.totp.confirm(v, { setup: 'x', code: '123456', ...end })],
  ['remove-totp', ({ flows }, v) => flows.totp.remove(v, end)],
  ['replace-recovery-codes', ({ flows }, v) => flows.recoveryCodes.replace(v, end)],
  ['add-passkey', ({ flows }, v) => flows.passkeys.beginAdd(v)],
  ['add-passkey', ({ flows }, v) => flows.passkeys.add(v, { response: {}, name: 'Key', ...end })],
  ['remove-passkey', ({ flows }, v) => flows.passkeys.remove(v, { id: 'AAAA', ...end })],
  ['add-address', ({ flows }, v) => flows.addresses.add(v, { address: 'new@example.org' })],
  ['add-address', ({ flows }, v) => flows.addresses.resend(v, { address: ADDRESS })],
  ['make-address-primary', ({ flows }, v) => flows.addresses.makePrimary(v, { address: ADDRESS })],
  ['remove-address', ({ flows }, v) => flows.addresses.remove(v, { address: ADDRESS })],
  [
    'unlink-provider',
    ({ flows }, v) => flows.providers.unlink(v, { ...IDENTITY, endOthers: false }),
  ],
  ['end-sessions', ({ flows }, v) => flows.sessions.end(v, { id: 'A'.repeat(24) })],
  ['end-sessions', ({ flows }, v) => flows.sessions.endOthers(v)],
  ['delete-account', ({ flows }, v) => flows.account.remove(v)],
];

/** What has been told since, without what succeeded. */
function refusedIn({ events }: World, since: number): readonly unknown[] {
  return events
    .slice(since)
    .filter(({ outcome }) => outcome !== 'success')
    .map(({ action, outcome, reason, userId }) => ({ action, outcome, reason, userId }));
}

describe('a sensitive verb without a fresh proof', () => {
  it.each(VERBS)('is told: %s (ASVS 16.3.2)', async (action, verb) => {
    const world = createPasskeyWorld();
    const { userId } = await addWithApp(world);
    const visitor = world.visitor({ address: '192.0.2.9', userAgent: 'A browser' });
    await visitor.signInAs(userId, ['password', 'totp']);
    world.clock.advance(10 * MINUTE);
    const since = world.events.length;
    expect(await visitor.visit((visit) => verb(world, visit))).toMatchObject({ reason: 'step-up' });
    expect(refusedIn(world, since)).toEqual([
      { action, outcome: 'refused', reason: 'step-up-needed', userId },
    ]);
    const id = (await world.sessions.list(userId))[0]?.id ?? '';
    expect(world.events.at(-1)).toMatchObject({
      address: '192.0.2.9',
      userAgent: 'A browser',
      session: createSessionReference(KEYS)(id),
    });
    await world.flows.settled();
    expect(await world.accounts.listActivity(userId)).toEqual([]);
    expect(world.mails).toEqual([]);
  });

  it('is not told when a page only looks what is missing, nor of who is not signed in', async () => {
    const world = createPasskeyWorld();
    const { userId } = await addWithApp(world);
    const [ada, stranger] = [world.visitor(), world.visitor()];
    await ada.signInAs(userId);
    const since = world.events.length;
    for (const purpose of ['credentials', 'sessions'] as const)
      await ada.visit((visit) => world.flows.stepUp.check(visit, { purpose }));
    for (const [, verb] of VERBS)
      expect(await stranger.visit((visit) => verb(world, visit))).toMatchObject({
        reason: 'not-signed-in',
      });
    expect(world.events.slice(since)).toEqual([]);
  });
});

describe('what belongs to another account', () => {
  async function twoPeople() {
    const world = createPasskeyWorld();
    const [ada, grace] = [world.visitor(), world.visitor()];
    const adas = await world.addAccount();
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator, 'grace');
    const graces = await world.addAccount({
      userId: 'grace',
      addresses: [],
      passkeys: [passkey],
    });
    await ada.signInAs(adas.userId);
    await grace.signInAs(graces.userId, ['passkey']);
    return { world, ada, grace, adas, graces, passkey };
  }

  it.each<[string, string, string, (world: World, theirs: string, v: Visit) => Promise<unknown>]>([
    [
      'a session',
      'end-sessions',
      'unknown-session',
      ({ flows }, id, v) => flows.sessions.end(v, { id }),
    ],
    [
      'a passkey to remove',
      'remove-passkey',
      'unknown-passkey',
      ({ flows }, id, v) => flows.passkeys.remove(v, { id, ...end }),
    ],
    [
      'a passkey to rename',
      'rename-passkey',
      'unknown-passkey',
      ({ flows }, id, v) => flows.passkeys.rename(v, { id, name: 'Mine' }),
    ],
    [
      'an address to make primary',
      'make-address-primary',
      'unknown-address',
      ({ flows }, _id, v) => flows.addresses.makePrimary(v, { address: 'grace@example.org' }),
    ],
    [
      'an address to remove',
      'remove-address',
      'unknown-address',
      ({ flows }, _id, v) => flows.addresses.remove(v, { address: 'grace@example.org' }),
    ],
    [
      'an address to send a link to',
      'add-address',
      'unknown-address',
      ({ flows }, _id, v) => flows.addresses.resend(v, { address: 'grace@example.org' }),
    ],
    [
      'a secret of an app',
      'add-totp',
      'expired',
      ({ flows }, setup, v) => flows.totp.confirm(v, { setup, code: '123456', ...end }),
    ],
  ])('is refused and told: %s', async (what, action, reason, verb) => {
    const { world, ada, grace, adas, graces, passkey } = await twoPeople();
    const begun = await grace.visit((visit) => world.flows.totp.begin(visit));
    const [session] = await world.sessions.list(graces.userId);
    const theirs = { 'a session': session?.id, 'a secret of an app': begun.ok ? begun.setup : '' };
    const id = Object.entries(theirs).find(([name]) => name === what)?.[1] ?? passkey.id;
    const since = world.events.length;
    await ada.visit((visit) => verb(world, id, visit));
    expect(refusedIn(world, since)).toEqual([
      { action, outcome: 'refused', reason, userId: adas.userId },
    ]);
    expect(await grace.userId()).toBe(graces.userId);
  });

  it('is refused and told: a ceremony that somebody else began on this browser', async () => {
    const { world, ada, grace, adas } = await twoPeople();
    const { passkeys } = world.flows;
    const ceremonies: readonly (readonly [string, (v: Visit) => unknown, Verb])[] = [
      [
        'add-passkey',
        passkeys.beginAdd,
        (v) => passkeys.add(v, { response: {}, name: 'Key', ...end }),
      ],
      ['step-up', passkeys.beginStepUp, (v) => passkeys.stepUp(v, { response: {} })],
    ];
    for (const [action, begin, finish] of ceremonies) {
      await grace.visit(begin);
      ada.jar.set('__Host-passkey', grace.jar.get('__Host-passkey') ?? '');
      const since = world.events.length;
      expect(await ada.visit(finish)).toEqual({ ok: false, reason: 'expired' });
      expect(refusedIn(world, since)).toEqual([
        { action, outcome: 'refused', reason: 'other-account', userId: adas.userId },
      ]);
    }
  });
});

type Verb = (visit: Visit) => Promise<unknown>;
