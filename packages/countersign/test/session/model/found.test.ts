// What the model has found, each in the shortest form: the run that showed it, written out.

import { expect, it } from 'vitest';

import { createSessions, type Sessions } from '../../../src/session/sessions.js';
import type { SessionStore } from '../../../src/session/store.js';
import { memoryStore, type MemoryStore } from '../../../src/stores/memory/session-store.js';
import { createFakeClock } from '../../../src/testing/fake-clock.js';
import type { ModelData } from './register.js';
import { spyStore } from './spy-store.js';

const KEYS = ['a key for these few tests, long enough'];

interface Setup {
  readonly memory: MemoryStore;
  readonly sessions: Sessions<ModelData>;
}

function setUp(change: (memory: MemoryStore) => Partial<SessionStore>): Setup {
  const clock = createFakeClock();
  const memory = memoryStore({ clock });
  const { store } = spyStore(memory, change(memory));
  return { memory, sessions: createSessions<ModelData>({ store, keys: KEYS, clock }) };
}

/** Signs in, or authenticates again with the cookie given; the cookie of the session that comes of it. */
async function signIn({ sessions }: Setup, cookie?: string): Promise<string> {
  const session = await sessions.check(cookie);
  await session.signIn('ann');
  const { cookies } = await session.commit({ status: 200 });
  return `__Host-id=${cookies[0]?.value ?? ''}`;
}

it('a sign-out ends a chain of re-authentications that grows meanwhile', async () => {
  let meanwhile: (() => Promise<unknown>) | undefined;
  const setup = setUp((memory) => ({
    list: async (userId) => {
      const records = memory.list(userId);
      const next = meanwhile;
      meanwhile = undefined;
      await next?.();
      return records;
    },
  }));
  const first = await signIn(setup);
  const second = await signIn(setup, first);
  const page = await setup.sessions.check(second);
  const otherTab = await setup.sessions.check(first);
  meanwhile = () => page.reauthenticate({ factors: ['totp'] });
  await otherTab.signOut();
  expect(setup.memory.list('ann')).toEqual([]);
});

it('a local store that answers later and fails makes one error, and it is caught', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  let isDown = false;
  const setup = setUp((memory) => ({
    read: async (id) => {
      if (isDown) throw new Error('busy');
      return memory.read(id);
    },
  }));
  const cookie = await signIn(setup);
  isDown = true;
  process.on('unhandledRejection', note);
  try {
    const check = async (): Promise<unknown> => setup.sessions.check(cookie);
    await expect(check()).rejects.toMatchObject({ code: 'store-unavailable' });
    await new Promise((resolve) => void setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
});
