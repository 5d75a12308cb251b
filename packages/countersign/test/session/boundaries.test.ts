// Every limit in time, one millisecond before it, at it and one after. Each row stands on a session
// layer of its own, since asking a session keeps it alive.

import { describe, expect, it } from 'vitest';

import type { PolicyOptions } from '../../src/index.js';
import { createFixture, HOUR, MINUTE, type Browser, type Fixture } from './fixture.js';

const SECOND = 1_000;
const DAY = 24 * HOUR;

interface Scene extends Fixture {
  readonly laptop: Browser;
}

interface Limit {
  readonly limit: string;
  readonly policy?: PolicyOptions;
  /** Sets the scene; the limit counts from when this is done. */
  readonly prepare: (scene: Scene) => Promise<(scene: Scene) => Promise<boolean>>;
  /** How long until the limit, in milliseconds. */
  readonly after: number;
}

const isLive = async ({ laptop }: Scene): Promise<boolean> => (await laptop.send()).id !== null;

/** Asks for a page after each of these pauses. */
async function visitAfter({ clock, laptop }: Scene, pauses: readonly number[]): Promise<void> {
  for (const pause of pauses) {
    clock.advance(pause);
    await laptop.visit();
  }
}

async function remember({ laptop }: Scene): Promise<void> {
  await laptop.visit(async (session) => session.signIn('user-1', { remember: true }));
}

/** Live, fresh or valid before the limit; not any more at it. */
const UNTIL: readonly Limit[] = [
  {
    limit: 'idle, counted from the sign-in (A49)',
    prepare: async ({ laptop }) => {
      await laptop.signIn();
      return isLive;
    },
    after: 30 * MINUTE,
  },
  {
    limit: 'idle, counted from the stored last-seen',
    prepare: async (scene) => {
      await scene.laptop.signIn();
      await visitAfter(scene, [10 * MINUTE]);
      scene.clock.advance(2 * SECOND);
      return isLive;
    },
    after: 30 * MINUTE - 2 * SECOND,
  },
  {
    limit: 'absolute, whatever the use (A50)',
    policy: { absolute: '1h' },
    prepare: async (scene) => {
      await scene.laptop.signIn();
      await visitAfter(scene, [25 * MINUTE, 25 * MINUTE, 5 * MINUTE]);
      return isLive;
    },
    after: 5 * MINUTE,
  },
  {
    limit: 'idle, remembered',
    prepare: async (scene) => {
      await remember(scene);
      return isLive;
    },
    after: 7 * DAY,
  },
  {
    limit: 'absolute, remembered',
    prepare: async (scene) => {
      await remember(scene);
      await visitAfter(scene, [6 * DAY, 6 * DAY, 6 * DAY, 6 * DAY, 5 * DAY]);
      return isLive;
    },
    after: DAY,
  },
  {
    limit: 'anonymous, whatever the use',
    prepare: async (scene) => {
      await scene.laptop.visit((session) => session.set('a', 'x'));
      await visitAfter(scene, [8 * HOUR, 8 * HOUR, 7 * HOUR]);
      return isLive;
    },
    after: HOUR,
  },
  {
    limit: 'overlap and skew, for the previous secret (A54)',
    prepare: async (scene) => {
      await scene.laptop.signIn();
      const { token } = scene.laptop;
      await visitAfter(scene, [15 * MINUTE, 0]);
      scene.laptop.token = token;
      return isLive;
    },
    after: 5 * MINUTE + 5 * SECOND,
  },
  {
    limit: 'overlap and skew, both of them others',
    policy: { overlap: '2m', clockSkew: '1ms' },
    prepare: async (scene) => {
      await scene.laptop.signIn();
      const { token } = scene.laptop;
      await visitAfter(scene, [15 * MINUTE, 0]);
      scene.laptop.token = token;
      return isLive;
    },
    after: 2 * MINUTE + 1,
  },
  {
    limit: 'overlap, for a session that a re-authentication replaced',
    prepare: async (scene) => {
      await scene.laptop.signIn();
      const { token } = scene.laptop;
      await scene.laptop.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
      scene.laptop.token = token;
      return isLive;
    },
    after: 5 * MINUTE,
  },
  {
    limit: 'absolute, for a replaced session that would end before its overlap',
    policy: { absolute: '32m' },
    prepare: async (scene) => {
      await scene.laptop.signIn();
      const { token } = scene.laptop;
      await visitAfter(scene, [29 * MINUTE]);
      scene.laptop.token = token;
      await scene.laptop.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
      scene.laptop.token = token;
      return isLive;
    },
    after: 3 * MINUTE,
  },
  {
    limit: 'freshness of a factor (A44)',
    prepare: async ({ laptop }) => {
      await laptop.signIn();
      return async () => (await laptop.send()).isFresh();
    },
    after: 10 * MINUTE,
  },
  {
    limit: 'freshness of one factor, with a duration of its own',
    prepare: async (scene) => {
      const { laptop } = scene;
      await laptop.signIn();
      await visitAfter(scene, [5 * MINUTE]);
      await laptop.visit(async (session) => session.reauthenticate({ factors: ['totp'] }));
      return async () => (await laptop.send()).isFresh({ factors: ['totp'], within: '90s' });
    },
    after: 90 * SECOND,
  },
  {
    limit: 'a sign-in attempt',
    prepare: async ({ laptop }) => {
      const attempt = await (await laptop.send()).beginSignIn('user-1');
      return async () => {
        const session = await laptop.send();
        const result = await session.signIn('user-1', { attempt });
        expect(result).toMatchObject(result.ok ? {} : { reason: 'attempt-expired' });
        return result.ok;
      };
    },
    after: 15 * MINUTE,
  },
];

/** Not before the limit; from it on. */
const FROM: readonly Limit[] = [
  {
    limit: 'renewal (A53)',
    prepare: async ({ laptop }) => {
      await laptop.signIn();
      return async () => {
        const session = await laptop.send();
        const { cookies } = await session.commit({ status: 200 });
        expect(session.needsCommit).toBe(false);
        return cookies.length === 1;
      };
    },
    after: 15 * MINUTE,
  },
  {
    limit: 'the next renewal, counted from the first presentation of the successor',
    prepare: async (scene) => {
      await scene.laptop.signIn();
      await visitAfter(scene, [20 * MINUTE, 3 * MINUTE]);
      return async ({ laptop }) => (await laptop.send()).needsCommit;
    },
    after: 15 * MINUTE,
  },
  {
    limit: 'touch',
    prepare: async ({ sessions, laptop }) => {
      await laptop.signIn();
      const [before] = await sessions.list('user-1');
      return async () => {
        await laptop.visit();
        const [now] = await sessions.list('user-1');
        return now !== undefined && before !== undefined && now.lastSeenAt > before.lastSeenAt;
      };
    },
    after: 90 * SECOND,
  },
  {
    limit: 'touch, with an interval of its own',
    policy: { touch: '10m' },
    prepare: async ({ sessions, laptop }) => {
      await laptop.signIn();
      const [before] = await sessions.list('user-1');
      return async () => {
        await laptop.visit();
        const [now] = await sessions.list('user-1');
        return now !== undefined && before !== undefined && now.lastSeenAt > before.lastSeenAt;
      };
    },
    after: 10 * MINUTE,
  },
];

async function holds({ policy, prepare, after }: Limit, offset: number): Promise<boolean> {
  const fixture = createFixture(policy === undefined ? {} : { policy });
  const scene: Scene = { ...fixture, laptop: fixture.browser() };
  const question = await prepare(scene);
  scene.clock.advance(after + offset);
  return question(scene);
}

describe('good until', () => {
  it.each(UNTIL)('$limit', async (limit) => {
    expect(await holds(limit, -1)).toBe(true);
    expect(await holds(limit, 0)).toBe(false);
    expect(await holds(limit, 1)).toBe(false);
  });
});

describe('due from', () => {
  it.each(FROM)('$limit', async (limit) => {
    expect(await holds(limit, -1)).toBe(false);
    expect(await holds(limit, 0)).toBe(true);
    expect(await holds(limit, 1)).toBe(true);
  });
});

describe('the absolute limit', () => {
  it('is moved by nothing: use, data, renewal, updates', async () => {
    const fixture = createFixture({ policy: { absolute: '2h' } });
    const laptop = fixture.browser();
    await laptop.signIn();
    const { expiresAt } = await laptop.send();
    for (let minute = 10; minute < 120; minute += 10) {
      fixture.clock.advance(10 * MINUTE);
      const session = await laptop.visit(async (one) => {
        one.set('b', minute);
        await one.update((data) => ({ ...data, a: 'x' }));
      });
      expect(session.expiresAt).toBe(expiresAt);
    }
    fixture.clock.advance(10 * MINUTE);
    expect((await laptop.send()).id).toBeNull();
  });
});
