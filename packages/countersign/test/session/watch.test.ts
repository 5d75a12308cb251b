// Abort signals for long-lived handlers, listeners that fail, and stores that fail or hang.

import { describe, expect, it, vi } from 'vitest';

import type { Clock } from '../../src/clock.js';
import { CountersignError } from '../../src/errors.js';
import type { SessionStore } from '../../src/session/store.js';
import { createFakeClock } from '../../src/testing/index.js';
import { createFixture, MINUTE } from './fixture.js';

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('session.signal', () => {
  it('aborts when the session is signed out, by this process or another session', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const { signal } = await laptop.send();
    expect(signal.aborted).toBe(false);
    await sessions.endUser('user-1');
    expect(signal.aborted).toBe(true);
    expect((await browser().send()).signal.aborted).toBe(true);
  });

  it('aborts when the idle limit comes, and not before while the session is in use', async () => {
    const { clock, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const { signal } = await laptop.send();
    await settled();
    await laptop.browse(clock, 40);
    await settled();
    expect(signal.aborted).toBe(false);
    clock.advance(31 * MINUTE);
    await settled();
    clock.advance(31 * MINUTE);
    await settled();
    expect(signal.aborted).toBe(true);
  });

  it('does not abort for an idle limit that a request came before, by a hair', async () => {
    const stored: number[] = [];
    const { clock, browser } = createFixture({
      override: (inner) => ({ touch: (batch) => (stored.push(batch.length), inner.touch(batch)) }),
    });
    const laptop = browser();
    await laptop.signIn();
    const { signal } = await laptop.send();
    await settled();
    clock.advance(30 * MINUTE - 500);
    await laptop.send();
    clock.advance(500);
    await settled();
    expect([signal.aborted, stored]).toEqual([false, [1]]);
    clock.advance(30 * MINUTE - 501);
    await settled();
    expect(signal.aborted).toBe(false);
    clock.advance(1);
    await settled();
    expect(signal.aborted).toBe(true);
  });

  it('leaves no timer when it has aborted, nor when sessions are closed while it looks', async () => {
    let isHeld = false;
    let letGo = (): void => undefined;
    const { clock, sessions, browser } = createFixture({
      override: (inner) => ({
        read: async (id) => {
          const record = await inner.read(id);
          if (isHeld) await new Promise<void>((resolve) => (letGo = resolve));
          return record;
        },
      }),
    });
    const laptop = browser();
    await laptop.signIn();
    const before = clock.waiting;
    const { signal } = await laptop.send();
    await settled();
    expect(clock.waiting).toBe(before + 1);
    await sessions.endUser('user-1');
    expect([signal.aborted, clock.waiting]).toEqual([true, before]);
    await laptop.signIn();
    const session = await laptop.send();
    isHeld = true;
    expect(session.signal.aborted).toBe(false);
    await settled();
    await sessions.close();
    letGo();
    await settled();
    expect(clock.waiting).toBe(0);
  });

  it('may be listened to by many streams without a warning of Node', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const { signal } = await laptop.send();
    for (let streams = 0; streams < 20; streams += 1) {
      signal.addEventListener('abort', () => undefined);
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('is read some at a time when any session may have ended, and then each of them', async () => {
    let alarm = (): void => undefined;
    let memory: SessionStore | undefined;
    let [reading, most] = [0, 0];
    const { sessions, browser } = createFixture({
      override: (inner) => ({
        read: async (id) => {
          memory = inner;
          reading += 1;
          most = Math.max(most, reading);
          await settled();
          reading -= 1;
          return inner.read(id);
        },
        subscribe: (listener) => {
          alarm = () => listener.everything();
          return () => undefined;
        },
      }),
    });
    const signals: AbortSignal[] = [];
    const ids: string[] = [];
    for (let i = 0; i < 100; i += 1) {
      const laptop = browser();
      await laptop.signIn(`user-${i}`);
      const session = await laptop.send();
      signals.push(session.signal);
      ids.push(session.id ?? '');
    }
    await settled();
    most = 0;
    alarm();
    for (let turns = 0; turns < 2; turns += 1) await settled();
    // The first one has been looked at; now another machine ends it, while the others are being read.
    void memory?.end(ids.slice(0, 1));
    alarm();
    for (let turns = 0; turns < 20; turns += 1) await settled();
    expect(most).toBe(32);
    expect(signals.map(({ aborted }) => aborted)).toEqual(ids.map((_, i) => i === 0));
    await sessions.close();
  });

  it('aborts when everyone is ended, and is left alone by close', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const first = (await laptop.send()).signal;
    await sessions.endEveryone();
    expect(first.aborted).toBe(true);
    await laptop.signIn();
    const second = (await laptop.send()).signal;
    await sessions.close();
    expect(second.aborted).toBe(false);
  });
});

describe('a listener that throws', () => {
  it('disturbs no request; anomaly tells of it', async () => {
    const told: unknown[] = [];
    const { browser } = createFixture({
      on: {
        signedIn: () => {
          throw new Error('broken');
        },
        anomaly: (event) => told.push([event.kind, String(event.cause)]),
      },
    });
    const laptop = browser();
    await laptop.signIn();
    expect((await laptop.send()).userId).toBe('user-1');
    expect(told).toEqual([['listener-failed', 'Error: broken']]);
  });

  it('becomes a process warning where there is no other listener', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { browser } = createFixture({
      on: {
        signedIn: () => {
          throw new Error('broken');
        },
      },
    });
    await browser().signIn();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('broken'), 'CountersignWarning');
    warn.mockRestore();
  });
});

describe('a listener that is asynchronous', () => {
  it('may reject: anomaly tells of it, and the process goes on', async () => {
    const told: unknown[] = [];
    // As applications do, whatever the types and a linter say.
    /* oxlint-disable typescript/no-misused-promises */
    const { browser } = createFixture({
      on: {
        signedIn: async () => Promise.reject(new Error('no audit log')),
        anomaly: async (event) => {
          told.push([event.kind, String(event.cause)]);
          return Promise.reject(new Error('nor this one'));
        },
      },
    });
    /* oxlint-enable typescript/no-misused-promises */
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await browser().signIn();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([['listener-failed', 'Error: no audit log']]);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('nor this one'), expect.anything());
    warn.mockRestore();
  });
});

describe('a store that fails', () => {
  it('throws store-unavailable with its cause, never a visitor (promise 6)', async () => {
    let broken = false;
    const { browser } = createFixture({
      override: (inner) => ({
        read: (id) => {
          if (broken) throw new Error('disk on fire');
          return inner.read(id);
        },
      }),
    });
    const laptop = browser();
    await laptop.signIn();
    broken = true;
    await expect(laptop.send()).rejects.toMatchObject({
      code: 'store-unavailable',
      status: 503,
      cause: expect.objectContaining({ message: 'disk on fire' }) as Error,
    });
    broken = false;
    expect((await laptop.send()).userId).toBe('user-1');
  });

  it('keeps an error of this library as it is: a schema that cannot be used says so itself', async () => {
    const error = new CountersignError('configuration', 'The schema is newer');
    const { sessions } = createFixture({
      override: () => ({ endUser: () => Promise.reject(error) }),
    });
    await expect(sessions.endUser('user-1')).rejects.toBe(error);
  });

  it('is waited for only as long as the policy says', async () => {
    const { clock, browser } = createFixture({
      override: () => ({ read: async () => new Promise<null>(() => undefined) }),
      policy: { storeTimeout: '2s' },
    });
    const laptop = browser();
    await laptop.signIn();
    const waiting = clock.waiting;
    const answer = laptop.send();
    const outcome = expect(answer).rejects.toMatchObject({
      code: 'store-unavailable',
      message: 'No answer within 2000 ms',
    });
    clock.advance(2000);
    await outcome;
    expect(clock.waiting).toBe(waiting);
  });

  it('keeps the process until it is given up, so that no script ends without a word', async () => {
    const clock = createFakeClock();
    const keeping: unknown[] = [];
    const after: Clock['after'] = (delayMs, task, options) => {
      if (options?.keepsProcess === true) keeping.push(delayMs);
      return clock.after(delayMs, task);
    };
    const { sessions } = createFixture({
      clock: { now: () => clock.now(), after },
      override: () => ({ endUser: async () => new Promise<never>(() => undefined) }),
    });
    const outcome = expect(sessions.endUser('user-1')).rejects.toThrow('No answer within 2000 ms');
    expect(keeping).toEqual([2_000]);
    clock.advance(2_000);
    await outcome;
  });

  it('keeps touches that could not be stored, and stores them later', async () => {
    let down = true;
    const stored: number[] = [];
    const { clock, sessions, browser } = createFixture({
      override: () => ({
        touch: (batch) => {
          if (down) throw new Error('down');
          stored.push(batch.length);
        },
      }),
    });
    const laptop = browser();
    await laptop.signIn();
    clock.advance(2 * MINUTE);
    await laptop.send();
    clock.advance(2000);
    await settled();
    expect(stored).toEqual([]);
    down = false;
    await sessions.close();
    expect(stored).toEqual([1]);
  });
});
