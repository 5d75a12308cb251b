// The places of the hash queue: whoever fails or hangs gives them back (G9; README, promise 6).

import { describe, expect, it } from 'vitest';

import { createHashQueue } from '../../src/accounts/hash-queue.js';
import type { PasswordHasher } from '../../src/accounts/password-hasher.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { PASSWORD, setUp } from './fixture.js';

const MINUTE = 60_000;
const BUSY = { code: 'hasher-busy', status: 503 };
const never = (): Promise<never> => new Promise(() => undefined);

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function setUpQueue(limits: { readonly concurrency: number; readonly queue: number }) {
  const clock = createFakeClock();
  return { clock, queue: createHashQueue(limits, clock) };
}

describe('a place', () => {
  it.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ])('is given back by a hash that %s, with its own error', async (_, task) => {
    const { clock, queue } = setUpQueue({ concurrency: 1, queue: 0 });
    await expect(queue.run(task)).rejects.toThrow('broken');
    expect(await queue.run(async () => 'hash')).toBe('hash');
    expect(clock.waiting).toBe(0);
  });

  it('is given back by a hash that hangs, after a minute', async () => {
    const { clock, queue } = setUpQueue({ concurrency: 1, queue: 1 });
    const hanging = expect(queue.run(never)).rejects.toMatchObject(BUSY);
    clock.advance(1);
    const next = queue.run(async () => 'hash');
    clock.advance(MINUTE - 1);
    await hanging;
    expect(await next).toBe('hash');
    expect(clock.waiting).toBe(0);
  });
});

it('whoever waits for a turn for a minute is told, and leaves the line', async () => {
  const { clock, queue } = setUpQueue({ concurrency: 1, queue: 1 });
  // One after the other hangs, so that the second waits for longer than each.
  const first = expect(queue.run(never)).rejects.toMatchObject(BUSY);
  const waiting = queue.run(async () => 'hash');
  const second = expect(waiting).rejects.toMatchObject(BUSY);
  clock.advance(MINUTE);
  await first;
  await second;
  await settled();
  expect(await queue.run(async () => 'hash')).toBe('hash');
  expect(clock.waiting).toBe(0);
});

describe('a hasher of one’s own', () => {
  const hanging: PasswordHasher = { hash: never, verify: never };

  it('that hangs is a 503 after a minute, and no failure is counted', async () => {
    const { accounts, clock, events } = setUp({ hasher: hanging });
    for (let time = 0; time < 7; time += 1) {
      const verifying = accounts.verifyPassword({ name: 'ada', password: PASSWORD });
      const outcome = expect(verifying).rejects.toMatchObject(BUSY);
      for (let waited = 0; waited < 3; waited += 1) await settled();
      clock.advance(MINUTE);
      await outcome;
    }
    expect(events).toEqual([]);
  });

  it('that throws is told as it is', async () => {
    const verify = (): never => {
      throw new TypeError('a mistake of its own');
    };
    const { accounts } = setUp({ hasher: { hash: never, verify } });
    const verifying = accounts.verifyPassword({ name: 'ada', password: PASSWORD });
    await expect(verifying).rejects.toThrow('a mistake of its own');
  });
});
