// The option `clock` that nearly everything here has. Not the time itself: that is clock.ts.

import { systemClock, type Clock } from './clock.js';
import { misconfigured } from './errors.js';

/**
 * The clock given, or the machine's.
 * @throws CountersignError `configuration` for anything that is not a clock
 */
export function clockFrom(clock: Clock | undefined): Clock {
  if (clock === undefined) return systemClock;
  if (typeof clock?.now !== 'function' || typeof clock.after !== 'function') {
    throw misconfigured('clock', 'is not a clock', 'Leave it out for the time of the machine');
  }
  return clock;
}
