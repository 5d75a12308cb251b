// A store that goes away between two writes: what was written by then is told to its owner, and asking
// again finishes what is left (README, promises 1 and 6).

import { expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import { createThrottle } from '../../src/accounts/throttle.js';
import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import { createFlows, type Flows } from '../../src/flows/flows.js';
import type { Visit } from '../../src/flows/visit.js';
import { addWithApp, signIn, type WithApp } from './authenticator-app.js';
import { ADDRESS, addressRecord, createWorld, NEXT, ORIGIN, type World } from './fixture.js';

/** Flows of this world whose sessions can be read and cannot be ended. */
function withoutEndings({ sessions, accounts, oneTime, mails }: World): Flows {
  const away = (): Promise<never> => Promise.reject(new Error('away'));
  return createFlows({
    accounts,
    oneTime,
    serviceName: 'Example Shop',
    sessions: { ...sessions, endUser: away, refuseEarlierSignIns: away },
    mail: { mailer: { send: async (mail) => void mails.push(mail) }, origin: ORIGIN },
  });
}

const OTHER = 'king@example.org';

const CASES: Readonly<
  Record<
    string,
    readonly [kind: string, verb: (flows: Flows, visit: Visit, app: WithApp) => Promise<unknown>]
  >
> = {
  'a new primary address': [
    'primary-changed',
    (flows, visit) => flows.addresses.makePrimary(visit, { address: OTHER }),
  ],
  'an address that was removed': [
    'address-removed',
    (flows, visit) => flows.addresses.remove(visit, { address: ADDRESS }),
  ],
  'an account that was disabled': [
    'account-disabled',
    (flows, _, { userId }) => flows.users.setStatus(userId, { status: 'disabled' }),
  ],
  'an account that was deleted': ['account-deleted', (flows, visit) => flows.account.remove(visit)],
  'second factors that were taken away': [
    'factor-removed',
    (flows, _, { userId }) => flows.users.removeSecondFactors(userId),
  ],
};

it.each(Object.entries(CASES))('%s is told of where sessions cannot be ended', async (_, each) => {
  const [kind, verb] = each;
  const world = createWorld();
  const app = await addWithApp(world, { addresses: [ADDRESS, OTHER].map((a) => addressRecord(a)) });
  const ada = world.visitor();
  await ada.signInAs(app.userId, ['password', 'totp']);
  const flows = withoutEndings(world);
  await expect(ada.visit((visit) => verb(flows, visit, app))).rejects.toThrow('away');
  await flows.settled();
  const told = (await world.mailed(kind)).map(({ to }) => to);
  expect(new Set(told)).toEqual(new Set([ADDRESS, OTHER]));
});

it('an account that was deleted lets nobody stay in, though its sessions could not be ended', async () => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const [ada, other] = [world.visitor(), world.visitor()];
  await ada.signInAs(userId);
  await other.signInAs(userId);
  const flows = withoutEndings(world);
  await expect(ada.visit((visit) => flows.account.remove(visit))).rejects.toThrow('away');
  const again = ada.visit((visit) => world.flows.account.remove(visit));
  expect(await again).toEqual({ ok: false, reason: 'not-signed-in' });
  expect(await ada.userId()).toBeNull();
  expect(await other.userId()).toBeNull();
});

/** Counts, and fails at whatever comes after. */
function halfAway(): ReturnType<typeof createThrottle> {
  const memory = memoryThrottleStore();
  const away = (): never => {
    throw new Error('away');
  };
  return createThrottle({
    store: {
      count: (counters, now) => memory.count(counters, now),
      settle: away,
      forget: away,
      sweep: () => 0,
      close: () => memory.close(),
    },
  });
}

it('a sign-in from a new device is told of though its failures cannot be forgotten', async () => {
  const world = createWorld({ accounts: { throttle: halfAway() } });
  const app = await addWithApp(world);
  const ada = world.visitor();
  await signIn(world, ada);
  const entered = ada.visit((visit) => world.flows.signIn.withTotp(visit, { code: app.code() }));
  expect(await entered).toEqual({ ok: true, userId: app.userId });
  expect(await world.mailed('new-device')).toHaveLength(1);
});

it('a password that was reset is told of though its failures cannot be forgotten', async () => {
  const world = createWorld({ accounts: { throttle: halfAway() } });
  const { userId } = await world.addAccount();
  const ada = world.visitor();
  await ada.visit((visit) => world.flows.reset.request(visit, { address: ADDRESS }));
  const token = await world.tokenOf('reset');
  const done = ada.visit((visit) => world.flows.reset.finish(visit, { token, password: NEXT }));
  expect(await done).toEqual({ ok: true });
  expect(await world.mailed('password-reset')).toHaveLength(1);
  expect(world.events).toContainEqual(
    expect.objectContaining({ action: 'reset-password', outcome: 'success', userId }),
  );
});

it('no old session outlives a reset that is cut off when the password was written', async () => {
  const world = createWorld();
  const { userId } = await world.addAccount();
  const [ada, thief] = [world.visitor(), world.visitor()];
  await thief.signInAs(userId);
  await ada.visit((visit) => world.flows.reset.request(visit, { address: ADDRESS }));
  const token = await world.tokenOf('reset');
  const { sessions, accounts, oneTime } = world;
  const isReset = async (): Promise<boolean> =>
    (await world.stored(userId)).password?.phc === `1:${NEXT}`;
  const flows = createFlows({
    accounts,
    oneTime,
    serviceName: 'Example Shop',
    sessions: {
      ...sessions,
      async endUser(user) {
        if (await isReset()) throw new Error('away');
        return sessions.endUser(user);
      },
    },
  });
  const done = ada.visit((visit) => flows.reset.finish(visit, { token, password: NEXT }));
  await expect(done).rejects.toThrow('away');
  expect(await isReset()).toBe(true);
  expect(await thief.userId()).toBeNull();
});

it('words for a device that cannot be found fail no sign-in', async () => {
  const mails: Mail[] = [];
  const deviceWords = (): string => {
    throw new Error('no words');
  };
  const mail = {
    mailer: { send: async (sent: Mail) => void mails.push(sent) },
    origin: ORIGIN,
    deviceWords,
  };
  const world = createWorld({ flows: { mail } });
  const { userId } = await world.addAccount();
  const ada = world.visitor({ userAgent: 'Netscape' });
  expect(await signIn(world, ada)).toEqual({ ok: true, userId });
  await world.flows.settled();
  expect(mails.map(({ kind }) => kind)).toEqual(['new-device']);
});
