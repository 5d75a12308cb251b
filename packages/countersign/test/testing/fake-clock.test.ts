import { describe, expect, it } from 'vitest';

import { createFakeClock } from '../../src/testing/fake-clock.js';

describe('the fake clock', () => {
  it('stands still until it is moved', () => {
    const clock = createFakeClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(5);
    expect(clock.now()).toBe(1_005);
  });

  it('runs timers in order of their due time, each at its own time, one added on the way too', () => {
    const clock = createFakeClock(0);
    const log: string[] = [];
    const note = (name: string) => () => void log.push(`${name} at ${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, () => {
      note('early')();
      clock.after(5, note('added'));
    });
    clock.after(10, note('early twin'));
    clock.after(21, note('not yet'));
    clock.advance(20);
    expect(log).toEqual(['early at 10', 'early twin at 10', 'added at 15', 'late at 20']);
    expect(clock.waiting).toBe(1);
  });

  it('does not run a cancelled timer', () => {
    const clock = createFakeClock();
    let ran = false;
    const cancel = clock.after(1, () => (ran = true));
    cancel();
    cancel();
    clock.advance(10);
    expect(ran).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('does not hang on a task that re-arms itself without delay', () => {
    const clock = createFakeClock();
    let runs = 0;
    const again = () => {
      runs += 1;
      clock.after(0, again);
    };
    again();
    clock.advance(10);
    expect(runs).toBe(11);
  });

  it('steps the time of day without touching timers', () => {
    const clock = createFakeClock(1_000);
    let ran = 0;
    clock.after(100, () => (ran += 1));
    clock.set(500_000);
    expect([clock.now(), ran]).toEqual([500_000, 0]);
    clock.set(10);
    clock.advance(99);
    expect([clock.now(), ran]).toEqual([109, 0]);
    clock.advance(1);
    expect([clock.now(), ran]).toEqual([110, 1]);
  });

  it('refuses to go backwards by advance', () => {
    expect(() => createFakeClock().advance(-1)).toThrow(RangeError);
    expect(() => createFakeClock().advance(Number.NaN)).toThrow(RangeError);
  });
});
