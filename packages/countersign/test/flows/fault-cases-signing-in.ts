// Every verb of people who are not signed in that asks a store.

import { addWithApp, signIn } from './authenticator-app.js';
import { linkHolder, newcomer, returning, waiting, type FaultCase } from './fault-people.js';
import { ADDRESS, NEXT, PASSWORD } from './fixture.js';
import { addOwner, beginSecondFactor, beginSignIn } from './passkey-world.js';

export const SIGNING_IN: Readonly<Record<string, FaultCase>> = {
  'signIn.withPassword': {
    prepare: async (world) => ({
      userId: (await world.addAccount()).userId,
      visitor: world.visitor(),
      verb: (visit) =>
        world.flows.signIn.withPassword(visit, { name: ADDRESS, password: PASSWORD }),
    }),
  },
  'signIn.withPassword, of a name that nobody has': {
    prepare: async (world) => ({
      visitor: world.visitor(),
      verb: (visit) =>
        world.flows.signIn.withPassword(visit, { name: 'nobody', password: PASSWORD }),
    }),
  },
  'signIn.withPassword, with a second factor to come': {
    prepare: async (world) => ({
      userId: (await addWithApp(world)).userId,
      visitor: world.visitor(),
      verb: (visit) =>
        world.flows.signIn.withPassword(visit, { name: ADDRESS, password: PASSWORD }),
    }),
  },
  'signIn.waiting': {
    prepare: async (world) => ({ ...(await waiting(world)), verb: world.flows.signIn.waiting }),
  },
  'signIn.withTotp': {
    usesUp: true,
    prepare: async (world) => {
      const { app, ...rest } = await waiting(world);
      return { ...rest, verb: (visit) => world.flows.signIn.withTotp(visit, { code: app.code() }) };
    },
  },
  'signIn.withRecoveryCode': {
    usesUp: true,
    prepare: async (world) => {
      const { app, ...rest } = await waiting(world);
      const code = app.recoveryCodes[0] ?? '';
      return { ...rest, verb: (visit) => world.flows.signIn.withRecoveryCode(visit, { code }) };
    },
  },
  'signIn.abandon': {
    prepare: async (world) => ({ ...(await waiting(world)), verb: world.flows.signIn.abandon }),
  },
  'signInLink.request': {
    prepare: async (world) => ({
      userId: (await world.addAccount()).userId,
      visitor: world.visitor(),
      verb: (visit) => world.flows.signInLink.request(visit, { address: ADDRESS }),
    }),
  },
  'signInLink.look': {
    prepare: async (world) => {
      const { token, ...rest } = await linkHolder(world, 'sign-in-link');
      return { ...rest, verb: (visit) => world.flows.signInLink.look(visit, { token }) };
    },
  },
  'signInLink.finish': {
    usesUp: true,
    prepare: async (world) => {
      const { token, ...rest } = await linkHolder(world, 'sign-in-link');
      return { ...rest, verb: (visit) => world.flows.signInLink.finish(visit, { token }) };
    },
  },
  'passkeys.beginSignIn': {
    prepare: async (world) => ({
      visitor: world.visitor(),
      verb: (visit) => world.flows.passkeys.beginSignIn(visit),
    }),
  },
  'passkeys.signIn': {
    usesUp: true,
    prepare: async (world) => {
      const { account, authenticator } = await addOwner(world);
      const visitor = world.visitor();
      const response = authenticator.get(await beginSignIn(world, visitor));
      return {
        userId: account.userId,
        visitor,
        verb: (visit) => world.flows.passkeys.signIn(visit, { response }),
      };
    },
  },
  'passkeys.beginSecondFactor': {
    prepare: async (world) => {
      const { account } = await addOwner(world);
      const visitor = world.visitor();
      await signIn(world, visitor);
      const { userId } = account;
      return { userId, visitor, verb: (visit) => world.flows.passkeys.beginSecondFactor(visit) };
    },
  },
  'passkeys.secondFactor': {
    usesUp: true,
    prepare: async (world) => {
      const { account, authenticator } = await addOwner(world);
      const visitor = world.visitor();
      await signIn(world, visitor);
      const response = authenticator.get(await beginSecondFactor(world, visitor));
      return {
        userId: account.userId,
        visitor,
        verb: (visit) => world.flows.passkeys.secondFactor(visit, { response }),
      };
    },
  },
  'providers.begin': {
    prepare: async (world) => ({
      visitor: world.visitor(),
      verb: (visit) =>
        world.flows.providers.begin(visit, { provider: 'example', purpose: 'sign-in' }),
    }),
  },
  'providers.finish, to sign in': {
    usesUp: true,
    prepare: async (world) => returning(world, 'sign-in'),
  },
  'signUp.request': {
    prepare: async (world) => ({
      visitor: world.visitor(),
      verb: (visit) => world.flows.signUp.request(visit, { address: ADDRESS }),
    }),
  },
  'signUp.look': {
    prepare: async (world) => {
      const { token, visitor } = await newcomer(world);
      return { visitor, verb: (visit) => world.flows.signUp.look(visit, { token }) };
    },
  },
  'signUp.finish': {
    usesUp: true,
    prepare: async (world) => {
      const { token, visitor } = await newcomer(world);
      const input = { token, password: PASSWORD };
      return { visitor, verb: (visit) => world.flows.signUp.finish(visit, input) };
    },
  },
  'reset.request': {
    prepare: async (world) => ({
      userId: (await world.addAccount()).userId,
      visitor: world.visitor(),
      verb: (visit) => world.flows.reset.request(visit, { address: ADDRESS }),
    }),
  },
  'reset.look': {
    prepare: async (world) => {
      const { token, ...rest } = await linkHolder(world, 'reset');
      return { ...rest, verb: (visit) => world.flows.reset.look(visit, { token }) };
    },
  },
  'reset.finish': {
    usesUp: true,
    isFinal: true,
    prepare: async (world) => {
      const { token, ...rest } = await linkHolder(world, 'reset');
      const input = { token, password: NEXT };
      return { ...rest, verb: (visit) => world.flows.reset.finish(visit, input) };
    },
  },
};
