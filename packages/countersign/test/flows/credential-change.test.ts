// One rule for every change of a credential: written first, then earlier sign-ins are refused, then
// sessions end (ASVS 7.4.2, 7.4.3).

import { describe, expect, it } from 'vitest';

import { createFlows, type Flows } from '../../src/flows/flows.js';
import type { Visit } from '../../src/flows/visit.js';
import { addWithApp, change, codeAt, signIn, type WithApp } from './authenticator-app.js';
import { createWorld, NEXT, PASSWORD, type World } from './fixture.js';

interface Case {
  readonly verb: (flows: Flows, visit: Visit, app: WithApp, now: number) => Promise<unknown>;
  readonly withoutPassword?: true;
}

const kept = { endOthers: false };

const CASES: Readonly<Record<string, Case>> = {
  'password.change': {
    verb: (flows, visit) =>
      flows.password.change(visit, { current: PASSWORD, next: NEXT, ...kept }),
  },
  'password.set': {
    verb: (flows, visit) => flows.password.set(visit, { next: NEXT, ...kept }),
    withoutPassword: true,
  },
  'totp.confirm': {
    verb: async (flows, visit, _, now) => {
      const begun = await flows.totp.begin(visit);
      if (!begun.ok) return begun;
      const { setup, secret } = begun;
      return flows.totp.confirm(visit, { setup, code: codeAt(secret, now), ...kept });
    },
  },
  'totp.remove': { verb: (flows, visit) => flows.totp.remove(visit, kept) },
  'recoveryCodes.replace': {
    verb: (flows, visit) => flows.recoveryCodes.replace(visit, { endOthers: false }),
  },
  'account.remove': { verb: (flows, visit) => flows.account.remove(visit) },
  'users.setStatus, disabled': {
    verb: (flows, _, { userId }) => flows.users.setStatus(userId, { status: 'disabled' }),
  },
  'users.setStatus, deleted': {
    verb: (flows, _, { userId }) => flows.users.setStatus(userId, { status: 'deleted' }),
  },
  'users.removeSecondFactors': {
    verb: (flows, _, { userId }) => flows.users.removeSecondFactors(userId),
  },
};

async function setUp({ withoutPassword }: Case): Promise<{ world: World; app: WithApp }> {
  const world = createWorld();
  const app = await addWithApp(world);
  if (withoutPassword) {
    await change(world, app.userId, (account) => ({ ...account, password: null }));
  }
  return { world, app };
}

describe.each(Object.entries(CASES))('%s', (_, each) => {
  const factors = each.withoutPassword ? ['passkey'] : ['password', 'totp'];

  it('refuses a sign-in that began before it', async () => {
    const { world, app } = await setUp(each);
    const [ada, thief] = [world.visitor(), world.visitor()];
    await ada.signInAs(app.userId, factors);
    const attempt = await thief.visit(({ session }) => session.beginSignIn(app.userId));
    const done = await ada.visit((visit) => each.verb(world.flows, visit, app, world.clock.now()));
    expect(done).toMatchObject({ ok: true });
    const { result } = await thief.send((__, session) =>
      session.signIn(app.userId, { attempt, factors: ['password'] }),
    );
    expect(result).toEqual({ ok: false, reason: 'ended-meanwhile' });
    expect(await thief.userId()).toBeNull();
  });

  it('is written before it refuses or ends anything', async () => {
    const { world, app } = await setUp(each);
    const ada = world.visitor();
    await ada.signInAs(app.userId, factors);
    const before = (await world.stored(app.userId)).revision;
    const seen: number[] = [];
    const look = async (): Promise<void> => {
      seen.push((await world.stored(app.userId)).revision);
    };
    const { sessions, accounts, oneTime } = world;
    const flows = createFlows({
      accounts,
      oneTime,
      serviceName: 'Example Shop',
      sessions: {
        ...sessions,
        endUser: async (userId) => {
          await look();
          return sessions.endUser(userId);
        },
        refuseEarlierSignIns: async (userId) => {
          await look();
          return sessions.refuseEarlierSignIns(userId);
        },
      },
    });
    await ada.visit((visit) => each.verb(flows, visit, app, world.clock.now()));
    expect(seen.length).toBeGreaterThan(0);
    for (const revision of seen) expect(revision).toBeGreaterThan(before);
  });
});

describe('a sign-in that waits for its second factor', () => {
  it.each(['recoveryCodes.replace', 'totp.confirm', 'password.change'])(
    'is refused after %s, with a factor that is still good',
    async (name) => {
      const found = CASES[name];
      if (found === undefined) throw new Error(name);
      const { world, app } = await setUp(found);
      await change(world, app.userId, (account) => ({ ...account, passkeys: [PASSKEY] }));
      const [ada, thief] = [world.visitor(), world.visitor()];
      await ada.signInAs(app.userId, ['password', 'totp']);
      expect(await signIn(world, thief)).toMatchObject({ reason: 'second-factor' });
      const done = await ada.visit((visit) =>
        found.verb(world.flows, visit, app, world.clock.now()),
      );
      const isReplaced = name === 'recoveryCodes.replace';
      const [code = ''] = app.recoveryCodes;
      const finished = await thief.visit((visit) =>
        isReplaced
          ? world.flows.signIn.withTotp(visit, { code: app.code() })
          : world.flows.signIn.withRecoveryCode(visit, { code }),
      );
      expect(done).toMatchObject({ ok: true });
      expect(finished).toEqual({ ok: false, reason: 'changed-meanwhile' });
      expect(await thief.userId()).toBeNull();
    },
  );

  it('is refused after the app was removed beside a passkey', async () => {
    const world = createWorld();
    const app = await addWithApp(world);
    await change(world, app.userId, (account) => ({ ...account, passkeys: [PASSKEY] }));
    const [ada, thief] = [world.visitor(), world.visitor()];
    await ada.signInAs(app.userId, ['password', 'totp']);
    await signIn(world, thief);
    await ada.visit((visit) => world.flows.totp.remove(visit, kept));
    const [code = ''] = app.recoveryCodes;
    const finished = thief.visit((visit) => world.flows.signIn.withRecoveryCode(visit, { code }));
    expect(await finished).toEqual({ ok: false, reason: 'changed-meanwhile' });
  });
});

const PASSKEY = {
  id: 'AAAA',
  publicKey: 'AAAA',
  counter: 0,
  transports: [],
  name: 'Key',
  addedAt: 0,
  lastUsedAt: null,
  backedUp: false,
  counterWentBackAt: null,
};
