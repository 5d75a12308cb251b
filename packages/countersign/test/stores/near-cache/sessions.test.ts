// Sessions over a near-cache in front of a remote store: what costs a round trip, and what does not.

import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

import { describe, expect, it } from 'vitest';

import { createSessions, type Sessions } from '../../../src/index.js';
import { memoryStore, type MemoryStore } from '../../../src/stores/memory/session-store.js';
import { nearCache, type NearCache } from '../../../src/stores/near-cache/near-cache.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';
import { Browser, KEY, MINUTE, type Data } from '../../session/fixture.js';
import { remoteStore, type RemoteStore } from './remote-store.js';

interface Node {
  readonly sessions: Sessions<Data>;
  readonly remote: RemoteStore;
  readonly cache: NearCache;
  readonly events: string[];
}

function createNode(memory: MemoryStore, clock: FakeClock): Node {
  const remote = remoteStore(memory);
  const cache = nearCache(remote.store, { clock });
  const events: string[] = [];
  const sessions = createSessions<Data>({
    store: cache,
    keys: [KEY],
    clock,
    on: {
      ended: ({ reason }) => events.push(`ended ${reason}`),
      unknownToken: ({ kind }) => events.push(`unknown ${kind}`),
      reuseDetected: () => events.push('reuse'),
    },
  });
  return { sessions, remote, cache, events };
}

interface Scene extends Node {
  readonly clock: FakeClock;
  readonly laptop: Browser;
  /** A second node on the same records. */
  readonly other: Node;
  /** What the store is asked while this goes on. */
  readonly during: (work: () => unknown) => Promise<string[]>;
}

/** Two nodes, a browser that is signed in, and its session in the cache of the first node. */
async function createScene(): Promise<Scene> {
  const clock = createFakeClock();
  const memory = memoryStore({ clock });
  const node = createNode(memory, clock);
  const laptop = new Browser(node.sessions);
  await laptop.signIn();
  await laptop.visit();
  const during = async (work: () => unknown): Promise<string[]> => {
    node.remote.calls.length = 0;
    await work();
    return [...node.remote.calls];
  };
  return { ...node, clock, laptop, other: createNode(memory, clock), during };
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

describe('a check of a session that is held', () => {
  it('answers without a promise, and asks the store nothing', async () => {
    const { sessions, laptop, during } = await createScene();
    const calls = await during(() => {
      const session = sessions.check(laptop.header);
      expect(session).not.toBeInstanceOf(Promise);
      expect(session).toMatchObject({ userId: 'user-1', needsCommit: false });
    });
    expect(calls).toEqual([]);
  });

  it('is a whole request without the store, as long as nothing is written', async () => {
    const { laptop, during } = await createScene();
    const calls = await during(async () => {
      for (let i = 0; i < 100; i += 1) {
        expect((await laptop.visit((session) => session.data)).userId).toBe('user-1');
      }
    });
    expect(calls).toEqual([]);
  });
});

describe('the work of a check', () => {
  it('is one hash, and the tag is not looked at', async () => {
    const { laptop, sessions } = await createScene();
    const hashes: string[] = [];
    const count = (name: 'hash' | 'createHash' | 'createHmac'): void => {
      const original = crypto[name] as (...args: unknown[]) => unknown;
      Object.assign(crypto, {
        [name]: (...args: unknown[]) => {
          hashes.push(name === 'createHmac' ? 'hmac' : 'sha256');
          return original(...args);
        },
      });
      restores.push(() => void Object.assign(crypto, { [name]: original }));
    };
    const restores: (() => void)[] = [];
    for (const name of ['hash', 'createHash', 'createHmac'] as const) count(name);
    syncBuiltinESMExports();
    try {
      void sessions.check(laptop.header);
    } finally {
      for (const restore of restores) restore();
      syncBuiltinESMExports();
    }
    expect(hashes).toEqual(['sha256']);
  });
});

describe('a check that what is held cannot answer', () => {
  it('of a token that was never made here asks nobody, and ends nothing', async () => {
    const { laptop, events, sessions, during } = await createScene();
    const token = laptop.token;
    const forged = token.slice(0, 24) + 'A'.repeat(56);
    const calls = await during(async () => {
      const session = await sessions.check(`__Host-id=${forged}`);
      expect(session.explain().outcome).toBe('forged');
    });
    expect(calls).toEqual([]);
    expect(events).toEqual(['unknown forged']);
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('of a session that is not held reads it once, and then never', async () => {
    const { laptop, other } = await createScene();
    const there = new Browser(other.sessions);
    there.token = laptop.token;
    for (let i = 0; i < 10; i += 1) expect((await there.send()).userId).toBe('user-1');
    expect(other.remote.calls).toEqual(['read']);
  });

  it('of an idle session reads it again, since another node may have seen it', async () => {
    const { laptop, clock, sessions, other } = await createScene();
    const there = new Browser(other.sessions);
    there.token = laptop.token;
    for (let minutes = 0; minutes < 40; minutes += 10) {
      clock.advance(10 * MINUTE);
      await there.visit();
      clock.advance(1_000);
      await settled();
    }
    laptop.token = there.token;
    const session = await sessions.check(laptop.header);
    expect(session.userId).toBe('user-1');
  });

  it('of a session that has been idle everywhere ends it', async () => {
    const { laptop, clock, events, during } = await createScene();
    clock.advance(31 * MINUTE);
    const calls = await during(async () => {
      expect((await laptop.send()).explain().outcome).toBe('idle');
    });
    expect(calls).toEqual(['read', 'end']);
    expect(events).toEqual(['ended idle']);
  });

  it('of a successor that another node has promoted is no theft', async () => {
    const { laptop, clock, other, events, sessions } = await createScene();
    clock.advance(16 * MINUTE);
    await laptop.visit();
    // Both nodes hold the session from before the promotion; the first presentation goes to the other.
    const there = new Browser(other.sessions);
    there.token = laptop.token;
    await there.visit();
    expect((await sessions.check(laptop.header)).userId).toBe('user-1');
    expect(events).toEqual([]);
  });

  it('of a copy that fell behind is found out, though what is held would not tell', async () => {
    const { laptop, clock, sessions, events } = await createScene();
    const thief = new Browser(sessions);
    thief.token = laptop.token;
    await laptop.browse(clock, 22);
    expect((await thief.send()).explain().outcome).toBe('reuse');
    expect(events).toEqual(['ended reuse', 'reuse']);
    expect((await laptop.send()).userId).toBeNull();
  });
});

describe('an ending', () => {
  it('on this node is seen at once, and on the other as soon as it is told', async () => {
    const { laptop, sessions, other } = await createScene();
    const there = new Browser(other.sessions);
    there.token = laptop.token;
    await there.send();
    expect(other.cache.stats().entries).toBe(1);
    await sessions.endUser('user-1');
    expect((await laptop.send()).userId).toBeNull();
    expect((await there.send()).userId).toBeNull();
  });

  it('aborts the signals of the session on every node', async () => {
    const { laptop, sessions, other } = await createScene();
    const there = new Browser(other.sessions);
    there.token = laptop.token;
    const [here, elsewhere] = [(await laptop.send()).signal, (await there.send()).signal];
    await settled();
    expect([here.aborted, elsewhere.aborted]).toEqual([false, false]);
    await sessions.endUser('user-1');
    expect([here.aborted, elsewhere.aborted]).toEqual([true, true]);
  });
});

describe('a touch', () => {
  it('that is due costs one read and one write, however many requests come', async () => {
    const { laptop, clock, during } = await createScene();
    for (let round = 0; round < 2; round += 1) {
      clock.advance(6 * MINUTE);
      const calls = await during(async () => {
        for (let i = 0; i < 10; i += 1) await laptop.visit();
        clock.advance(1_000);
        await settled();
        for (let i = 0; i < 10; i += 1) await laptop.visit();
        clock.advance(1_000);
        await settled();
      });
      expect(calls).toEqual(['read', 'touch']);
    }
  });

  it('that is on its way is neither asked for nor sent again', async () => {
    const { laptop, clock, remote, during } = await createScene();
    clock.advance(6 * MINUTE);
    await laptop.send();
    const calls = await during(async () => {
      const letGo = remote.hold();
      clock.advance(1_000);
      for (let i = 0; i < 10; i += 1) expect((await laptop.send()).userId).toBe('user-1');
      letGo();
      await settled();
      await laptop.send();
      clock.advance(1_000);
      await settled();
    });
    expect(calls).toEqual(['touch']);
  });

  it('by another node is found by one read, and not written again', async () => {
    const { laptop, clock, other, during } = await createScene();
    const there = new Browser(other.sessions);
    there.token = laptop.token;
    await there.send();
    clock.advance(6 * MINUTE);
    await there.send();
    clock.advance(1_000);
    await settled();
    expect(other.remote.calls).toEqual(['read', 'read', 'touch']);
    const calls = await during(async () => {
      for (let i = 0; i < 10; i += 1) await laptop.send();
      clock.advance(1_000);
      await settled();
    });
    expect(calls).toEqual(['read']);
  });
});
