// Every verb of a store, most of them as the session layer calls them: made ready while the server is
// well, run later, and looked at again at the end.

import type { SessionRecord } from '../../src/index.js';
import { signedIn, type Application } from './application.js';

/** A verb of one user, made ready. */
export interface Attempt {
  /** Runs it; false when what it gives is wrong. Rejects as the verb does. */
  run(): Promise<boolean>;
  /** Whether what it did is still so. Absent where it does nothing. */
  lasts?(): Promise<boolean>;
}

export interface Verb {
  readonly name: string;
  /** Signs the user in. To be called while the server is well. */
  prepare(application: Application, userId: string): Promise<Attempt>;
}

/** Looks at all there is, and so may take longer than a request waits: no request does it. */
export const SWEEP = 'sweep';

/** Some that only read, and some that write. */
export const READING = ['check (read)', 'list'];
export const WRITING = ['set and commit (patch)', 'signIn (epoch, insert)', 'endUser', 'touch'];

const HASH = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';

/** Requests that were let in before something broke, and what they do then. */
export const VERBS: readonly Verb[] = [
  {
    name: 'check (read)',
    async prepare({ sessions }, userId) {
      const cookie = await signedIn(sessions, userId);
      return { run: async () => (await sessions.check(cookie)).userId === userId };
    },
  },
  {
    name: 'set and commit (patch)',
    async prepare({ sessions }, userId) {
      const cookie = await signedIn(sessions, userId);
      const session = await sessions.check(cookie);
      return {
        async run() {
          session.set('n', 7);
          return (await session.commit({ status: 200 })).ok;
        },
        lasts: async () => (await sessions.check(cookie)).data.n === 7,
      };
    },
  },
  {
    name: 'update (read, patch)',
    async prepare({ sessions }, userId) {
      const cookie = await signedIn(sessions, userId);
      const session = await sessions.check(cookie);
      return {
        run: async () => (await session.update((data) => ({ ...data, n: 8 }))).n === 8,
        lasts: async () => (await sessions.check(cookie)).data.n === 8,
      };
    },
  },
  {
    name: 'beginSignIn (epoch)',
    async prepare({ sessions }, userId) {
      const visitor = await sessions.check(undefined);
      return { run: async () => (await visitor.beginSignIn(userId)) !== '' };
    },
  },
  {
    name: 'signIn (epoch, insert)',
    async prepare({ sessions }, userId) {
      const visitor = await sessions.check(undefined);
      return {
        run: async () => (await visitor.signIn(userId)).ok,
        lasts: async () => (await sessions.list(userId)).length === 1,
      };
    },
  },
  {
    name: 'reauthenticate (insert that replaces)',
    async prepare({ sessions }, userId) {
      const session = await sessions.check(await signedIn(sessions, userId));
      const old = session.id;
      return {
        run: async () => (await session.reauthenticate({ factors: ['totp'] })).ok,
        async lasts() {
          const newest = (await sessions.list(userId))[0];
          return newest !== undefined && newest.id !== old;
        },
      };
    },
  },
  {
    name: 'signOut (end)',
    async prepare({ sessions }, userId) {
      const cookie = await signedIn(sessions, userId);
      const session = await sessions.check(cookie);
      return {
        async run() {
          await session.signOut();
          return true;
        },
        lasts: async () => (await sessions.check(cookie)).userId === null,
      };
    },
  },
  {
    name: 'end (read, end)',
    async prepare({ sessions }, userId) {
      const cookie = await signedIn(sessions, userId);
      const id = (await sessions.check(cookie)).id ?? '';
      return {
        run: () => sessions.end(id),
        lasts: async () => (await sessions.check(cookie)).userId === null,
      };
    },
  },
  {
    name: 'endOthers (read, endUser)',
    async prepare({ sessions }, userId) {
      const other = await signedIn(sessions, userId);
      const session = await sessions.check(await signedIn(sessions, userId));
      return {
        run: async () => (await session.endOthers()) === 1,
        lasts: async () => (await sessions.check(other)).userId === null,
      };
    },
  },
  {
    name: 'endUser',
    async prepare({ sessions }, userId) {
      const cookie = await signedIn(sessions, userId);
      return {
        run: async () => (await sessions.endUser(userId)) === 1,
        lasts: async () => (await sessions.check(cookie)).userId === null,
      };
    },
  },
  {
    name: 'refuseEarlierSignIns (changeEpoch)',
    async prepare({ sessions }, userId) {
      const attempt = await (await sessions.check(undefined)).beginSignIn(userId);
      return {
        async run() {
          await sessions.refuseEarlierSignIns(userId);
          return true;
        },
        async lasts() {
          const visitor = await sessions.check(undefined);
          return !(await visitor.signIn(userId, { attempt })).ok;
        },
      };
    },
  },
  {
    name: 'endEveryone',
    async prepare({ everyone }, userId) {
      const cookie = await signedIn(everyone, userId);
      return {
        async run() {
          await everyone.endEveryone();
          return true;
        },
        lasts: async () => (await everyone.check(cookie)).userId === null,
      };
    },
  },
  {
    name: 'list',
    async prepare({ sessions }, userId) {
      await signedIn(sessions, userId);
      return { run: async () => (await sessions.list(userId)).length === 1 };
    },
  },
  {
    name: 'renew',
    async prepare(application, userId) {
      const { id, renewal } = await recordOf(application, userId);
      const pending = { hash: HASH, keyId: 'a-key' };
      const { store } = application;
      return {
        run: async () => (await store.renew(id, renewal, { ...renewal, pending })) === 'ok',
        lasts: async () => (await store.read(id))?.renewal.pending?.hash === HASH,
      };
    },
  },
  {
    name: 'bind',
    async prepare(application, userId) {
      const { id } = await recordOf(application, userId);
      const { store } = application;
      return {
        run: async () => (await store.bind(id, null, 'a public key')) === 'ok',
        lasts: async () => (await store.read(id))?.deviceKey === 'a public key',
      };
    },
  },
  {
    name: 'touch',
    async prepare(application, userId) {
      const { id, lastSeenAt } = await recordOf(application, userId);
      const seen = lastSeenAt + 1_000;
      const { store } = application;
      return {
        async run() {
          await store.touch([{ id, seen }]);
          return true;
        },
        lasts: async () => (await store.read(id))?.lastSeenAt === seen,
      };
    },
  },
  {
    name: SWEEP,
    prepare: ({ fewSessions }) =>
      Promise.resolve({ run: async () => (await fewSessions.sweep(10)) >= 0 }),
  },
];

async function recordOf(application: Application, userId: string): Promise<SessionRecord> {
  await signedIn(application.sessions, userId);
  const record = (await application.store.list(userId))[0];
  if (record === undefined) throw new Error('Signed in, and no session is listed');
  return record;
}
