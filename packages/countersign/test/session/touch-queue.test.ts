// Touches: collected, stored together, and not forgotten while they are on their way.

import { describe, expect, it } from 'vitest';

import type { SessionStore, Touch } from '../../src/session/store.js';
import { TouchQueue } from '../../src/session/touch-queue.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createFakeClock, type FakeClock } from '../../src/testing/index.js';
import { createFixture, MINUTE } from './fixture.js';

const INTERVAL_MS = 90_000;

interface Batch {
  readonly touches: readonly Touch[];
  readonly answer: () => void;
  readonly fail: () => void;
}

interface Scene {
  readonly clock: FakeClock;
  readonly queue: TouchQueue;
  /** The batches that the store was given; each waits for its answer. */
  readonly batches: Batch[];
}

function createScene(): Scene {
  const clock = createFakeClock();
  const batches: Batch[] = [];
  const store: SessionStore = memoryStore({ clock });
  const touch = (touches: readonly Touch[]): Promise<void> =>
    new Promise((resolve, reject) => {
      batches.push({ touches, answer: resolve, fail: () => reject(new Error('down')) });
    });
  const queue = new TouchQueue(Object.assign(store, { touch }), clock, INTERVAL_MS);
  return { clock, queue, batches };
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a touch', () => {
  it('waits until the store has answered', async () => {
    const { clock, queue, batches } = createScene();
    queue.add('a', clock.now());
    clock.advance(1_000);
    expect(batches).toHaveLength(1);
    expect([queue.isWaiting('a'), queue.isWaiting('b')]).toEqual([true, false]);
    batches[0]?.answer();
    await settled();
    expect(queue.isWaiting('a')).toBe(false);
  });

  it('is not sent again while it is on its way, before an interval has passed', async () => {
    const { clock, queue, batches } = createScene();
    const seen = clock.now();
    queue.add('a', seen);
    clock.advance(1_000);
    queue.add('a', seen + INTERVAL_MS - 1);
    clock.advance(1_000);
    batches[0]?.answer();
    await settled();
    expect(batches).toHaveLength(1);
    queue.add('a', seen + INTERVAL_MS);
    clock.advance(1_000);
    queue.add('a', seen + 2 * INTERVAL_MS);
    clock.advance(1_000);
    batches[1]?.answer();
    await settled();
    expect(batches.map(({ touches }) => touches[0]?.seen)).toEqual(
      [0, 1, 2].map((count) => seen + count * INTERVAL_MS),
    );
  });

  it('that failed waits again', async () => {
    const { clock, queue, batches } = createScene();
    const seen = clock.now();
    queue.add('a', seen);
    clock.advance(1_000);
    batches[0]?.fail();
    await settled();
    expect(queue.isWaiting('a')).toBe(true);
    const flushed = queue.flush();
    batches[1]?.answer();
    await flushed;
    expect(batches[1]?.touches).toEqual([{ id: 'a', seen }]);
    expect(queue.isWaiting('a')).toBe(false);
  });

  it('that failed is forgotten for a later one of the same session', async () => {
    const { clock, queue, batches } = createScene();
    const seen = clock.now();
    queue.add('a', seen);
    clock.advance(1_000);
    queue.add('a', seen + INTERVAL_MS);
    batches[0]?.fail();
    await settled();
    clock.advance(1_000);
    expect(batches[1]?.touches).toEqual([{ id: 'a', seen: seen + INTERVAL_MS }]);
  });

  it('waits with 100,000 others at most, so that a store that stays down costs no more memory', () => {
    const { clock, queue, batches } = createScene();
    const seen = clock.now();
    for (let i = 0; i <= 100_000; i += 1) queue.add(`s${i}`, seen);
    queue.add('s0', seen + 1);
    expect([queue.isWaiting('s99999'), queue.isWaiting('s100000')]).toEqual([true, false]);
    clock.advance(1_000);
    expect(batches[0]?.touches).toHaveLength(100_000);
    expect(batches[0]?.touches[0]).toEqual({ id: 's0', seen: seen + 1 });
  });
});

describe('a flush', () => {
  it('is over when what was on its way is stored too', async () => {
    const { clock, queue, batches } = createScene();
    queue.add('a', clock.now());
    clock.advance(1_000);
    let isOver = false;
    const flushed = queue.flush().then(() => (isOver = true));
    await settled();
    expect(isOver).toBe(false);
    batches[0]?.answer();
    await flushed;
    expect(batches).toHaveLength(1);
  });

  it('sends what had failed by then, and rejects when that fails too', async () => {
    const { clock, queue, batches } = createScene();
    queue.add('a', clock.now());
    clock.advance(1_000);
    const flushed = expect(queue.flush()).rejects.toThrow('down');
    batches[0]?.fail();
    await settled();
    batches[1]?.fail();
    await flushed;
    expect(queue.isWaiting('a')).toBe(true);
  });
});

describe('an idle session', () => {
  it('is not ended while the touch that keeps it alive is on its way', async () => {
    let letGo = (): void => undefined;
    const { clock, browser } = createFixture({
      override: (inner) => ({
        touch: async (batch) => {
          await new Promise<void>((resolve) => (letGo = resolve));
          await inner.touch(batch);
        },
      }),
    });
    const laptop = browser();
    await laptop.signIn();
    clock.advance(29 * MINUTE);
    await laptop.send();
    clock.advance(MINUTE);
    // The record says 30 minutes of silence. What says otherwise has not arrived yet.
    const check = laptop.send();
    await settled();
    letGo();
    expect((await check).userId).toBe('user-1');
  });
});
