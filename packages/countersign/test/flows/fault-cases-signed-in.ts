// Every verb of people who are signed in that asks a store, and those of administrators.

import { beginApp, codeAt } from './authenticator-app.js';
import {
  adder,
  appOwner,
  IDENTITY,
  ISSUER,
  OTHER,
  owner,
  passkeyOwner,
  returning,
  type FaultCase,
} from './fault-people.js';
import type { FaultyWorld } from './faulty-stores.js';
import { ADDRESS, addressRecord, NEXT, PASSWORD } from './fixture.js';
import { beginAdd, beginStepUp, createAuthenticator } from './passkey-world.js';

const endOthers = false;

export const SIGNED_IN: Readonly<Record<string, FaultCase>> = {
  'stepUp.check': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.stepUp.check(visit, { purpose: 'credentials' }),
    }),
  },
  'stepUp.withPassword': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.stepUp.withPassword(visit, { password: PASSWORD }),
    }),
  },
  'stepUp.withTotp': {
    usesUp: true,
    prepare: async (world) => {
      const { app, ...rest } = await appOwner(world);
      return { ...rest, verb: (visit) => world.flows.stepUp.withTotp(visit, { code: app.code() }) };
    },
  },
  'stepUp.withRecoveryCode': {
    usesUp: true,
    prepare: async (world) => {
      const { app, ...rest } = await appOwner(world);
      const code = app.recoveryCodes[0] ?? '';
      return { ...rest, verb: (visit) => world.flows.stepUp.withRecoveryCode(visit, { code }) };
    },
  },
  'passkeys.beginStepUp': {
    prepare: async (world) => ({
      ...(await passkeyOwner(world)),
      verb: (visit) => world.flows.passkeys.beginStepUp(visit),
    }),
  },
  'passkeys.stepUp': {
    usesUp: true,
    prepare: async (world) => {
      const { authenticator, ...rest } = await passkeyOwner(world);
      const response = authenticator.get(await beginStepUp(world, rest.visitor));
      return { ...rest, verb: (visit) => world.flows.passkeys.stepUp(visit, { response }) };
    },
  },
  'passkeys.beginAdd': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.passkeys.beginAdd(visit),
    }),
  },
  'passkeys.add': {
    usesUp: true,
    prepare: async (world) => {
      const prepared = await owner(world);
      const response = createAuthenticator().create(await beginAdd(world, prepared.visitor));
      const input = { response, name: 'Key', endOthers };
      return { ...prepared, verb: (visit) => world.flows.passkeys.add(visit, input) };
    },
  },
  'passkeys.rename': {
    prepare: async (world) => {
      const { passkey, ...rest } = await passkeyOwner(world);
      const input = { id: passkey.id, name: 'Another name' };
      return { ...rest, verb: (visit) => world.flows.passkeys.rename(visit, input) };
    },
  },
  'passkeys.remove': {
    prepare: async (world) => {
      const { passkey, ...rest } = await passkeyOwner(world);
      const input = { id: passkey.id, endOthers };
      return { ...rest, verb: (visit) => world.flows.passkeys.remove(visit, input) };
    },
  },
  'providers.finish, to link': {
    usesUp: true,
    prepare: async (world) => returning(world, 'link'),
  },
  'providers.finish, to step up': {
    usesUp: true,
    prepare: async (world) => returning(world, 'step-up'),
  },
  'providers.unlink': {
    prepare: async (world) => ({
      ...(await owner(world, { identities: [IDENTITY] })),
      verb: (visit) =>
        world.flows.providers.unlink(visit, { issuer: ISSUER, subject: '7', endOthers }),
    }),
  },
  'password.change': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) =>
        world.flows.password.change(visit, { current: PASSWORD, next: NEXT, endOthers }),
    }),
  },
  'password.set': {
    prepare: async (world) => ({
      ...(await owner(world, { password: null })),
      verb: (visit) => world.flows.password.set(visit, { next: NEXT, endOthers }),
    }),
  },
  'totp.begin': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.totp.begin(visit),
    }),
  },
  'totp.resume': {
    prepare: async (world) => {
      const { setup, prepared } = await beginner(world);
      return { ...prepared, verb: (visit) => world.flows.totp.resume(visit, { setup }) };
    },
  },
  'totp.confirm': {
    usesUp: true,
    prepare: async (world) => {
      const { setup, secret, prepared } = await beginner(world);
      const input = { setup, code: codeAt(secret, world.clock.now()), endOthers };
      return { ...prepared, verb: (visit) => world.flows.totp.confirm(visit, input) };
    },
  },
  'totp.remove': {
    prepare: async (world) => ({
      ...(await appOwner(world)),
      verb: (visit) => world.flows.totp.remove(visit, { endOthers }),
    }),
  },
  'recoveryCodes.replace': {
    prepare: async (world) => ({
      ...(await appOwner(world)),
      verb: (visit) => world.flows.recoveryCodes.replace(visit, { endOthers }),
    }),
  },
  'account.user': {
    prepare: async (world) => ({ ...(await owner(world)), verb: world.flows.account.user }),
  },
  'account.setDisplayName': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.account.setDisplayName(visit, { displayName: 'Ada King' }),
    }),
  },
  'account.activity': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.account.activity(visit),
    }),
  },
  'account.remove': {
    usesUp: true,
    isFinal: true,
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.account.remove(visit),
    }),
  },
  'addresses.add': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.addresses.add(visit, { address: OTHER }),
    }),
  },
  'addresses.resend': {
    prepare: async (world) => {
      const { userId, visitor } = await adder(world);
      const verb = world.flows.addresses.resend;
      return { userId, visitor, verb: (visit) => verb(visit, { address: OTHER }) };
    },
  },
  'addresses.look': {
    prepare: async (world) => {
      const { token, ...rest } = await adder(world);
      return { ...rest, verb: (visit) => world.flows.addresses.look(visit, { token }) };
    },
  },
  'addresses.confirm': {
    usesUp: true,
    prepare: async (world) => {
      const { token, ...rest } = await adder(world);
      return { ...rest, verb: (visit) => world.flows.addresses.confirm(visit, { token }) };
    },
  },
  'addresses.makePrimary': {
    prepare: async (world) => ({
      ...(await owner(world, TWO_ADDRESSES)),
      verb: (visit) => world.flows.addresses.makePrimary(visit, { address: OTHER }),
    }),
  },
  'addresses.remove': {
    prepare: async (world) => ({
      ...(await owner(world, TWO_ADDRESSES)),
      verb: (visit) => world.flows.addresses.remove(visit, { address: OTHER }),
    }),
  },
  'sessions.end': {
    prepare: async (world) => {
      const prepared = await owner(world);
      const id = 'A'.repeat(24);
      return { ...prepared, verb: (visit) => world.flows.sessions.end(visit, { id }) };
    },
  },
  'sessions.endOthers': {
    prepare: async (world) => ({
      ...(await owner(world)),
      verb: (visit) => world.flows.sessions.endOthers(visit),
    }),
  },
  'users.setStatus': {
    isFinal: true,
    prepare: async (world) => {
      const prepared = await owner(world);
      const { userId } = prepared;
      const verb = () => world.flows.users.setStatus(userId, { status: 'disabled' });
      return { ...prepared, verb };
    },
  },
  'users.startReset': {
    prepare: async (world) => {
      const prepared = await owner(world);
      return { ...prepared, verb: () => world.flows.users.startReset(prepared.userId) };
    },
  },
  'users.removeSecondFactors': {
    isFinal: true,
    prepare: async (world) => {
      const prepared = await appOwner(world);
      return { ...prepared, verb: () => world.flows.users.removeSecondFactors(prepared.userId) };
    },
  },
};

const TWO_ADDRESSES = { addresses: [ADDRESS, OTHER].map((address) => addressRecord(address)) };

/** Somebody who sets up an app. */
async function beginner(world: FaultyWorld) {
  const prepared = await owner(world);
  return { prepared, ...(await beginApp(world, prepared.visitor)) };
}
