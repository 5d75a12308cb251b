// Waiting for somebody else's answer, for a bounded time (README, promise 6).

import { runInNewContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { CountersignError } from '../src/errors.js';
import { createFakeClock } from '../src/testing/fake-clock.js';
import { bounded, patienceWith } from '../src/waiting.js';

const CAUSE = new Error('disk on fire');

function setUp() {
  const clock = createFakeClock();
  return { clock, patience: patienceWith('account store', 2_000, clock) };
}

interface Pending {
  readonly promise: Promise<string>;
  readonly resolve: (answer: string) => void;
  readonly reject: (cause: unknown) => void;
}

function pending(): Pending {
  let resolve: Pending['resolve'] = () => undefined;
  let reject: Pending['reject'] = () => undefined;
  const promise = new Promise<string>((succeed, fail) => {
    [resolve, reject] = [succeed, fail];
  });
  return { promise, resolve, reject };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('an answer', () => {
  it('that is there at once is given at once, without a timer', () => {
    const { clock, patience } = setUp();
    expect(bounded(() => null, patience)).toBeNull();
    expect(bounded(() => ({ rows: 1 }), patience)).toEqual({ rows: 1 });
    expect(clock.waiting).toBe(0);
  });

  it('that comes in time is given, and its timer with it', async () => {
    const { clock, patience } = setUp();
    const { promise, resolve } = pending();
    const answer = bounded(() => promise, patience);
    clock.advance(1_999);
    resolve('here');
    expect(await answer).toBe('here');
    expect(clock.waiting).toBe(0);
  });

  it('by a promise of another make is waited for all the same', async () => {
    const { clock, patience } = setUp();
    const hanging = runInNewContext('new Promise(() => undefined)') as Promise<string>;
    expect(hanging).not.toBeInstanceOf(Promise);
    const answer = Promise.resolve(bounded(() => hanging, patience));
    const outcome = expect(answer).rejects.toMatchObject({ code: 'store-unavailable' });
    await settled();
    clock.advance(2_000);
    await outcome;
  });
});

describe('what fails', () => {
  it('is named, with what was thrown or rejected as its cause', async () => {
    const { clock, patience } = setUp();
    const named = {
      code: 'store-unavailable',
      status: 503,
      message: 'The account store failed',
      cause: CAUSE,
    };
    const thrown = (): unknown =>
      bounded(() => {
        throw CAUSE;
      }, patience);
    expect(thrown).toThrow(expect.objectContaining(named));
    await expect(bounded(() => Promise.reject(CAUSE), patience)).rejects.toMatchObject(named);
    expect(clock.waiting).toBe(0);
  });

  it('with a name of this library keeps it', async () => {
    const { patience } = setUp();
    const error = new CountersignError('configuration', 'The schema is newer');
    await expect(bounded(() => Promise.reject(error), patience)).rejects.toBe(error);
  });

  it('is given up when the time is up, to the millisecond', async () => {
    const { clock, patience } = setUp();
    const answer = bounded(() => new Promise<never>(() => undefined), patience);
    let isOver = false;
    const outcome = Promise.resolve(answer).catch((error: unknown) => {
      isOver = true;
      return error;
    });
    clock.advance(1_999);
    await settled();
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await outcome).toMatchObject({
      code: 'store-unavailable',
      message: 'No answer within 2000 ms',
    });
  });

  it.each([
    ['answers', (late: Pending) => late.resolve('late')],
    ['fails', (late: Pending) => late.reject(CAUSE)],
  ])('is told once: nobody hears when it %s after all', async (_, end) => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const { clock, patience } = setUp();
    const late = pending();
    const answer = bounded(() => late.promise, patience);
    const outcome = expect(answer).rejects.toThrow('No answer within 2000 ms');
    clock.advance(2_000);
    await outcome;
    end(late);
    await settled();
    await settled();
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});
