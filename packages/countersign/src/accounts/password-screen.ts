// A second look at a new password, by somebody who is asked over a network: the port and how it is
// asked. Never in the way: where there is no answer, the local lists have been asked already (G31).

import type { Clock } from '../clock.js';
import { asError, bounded, type Patience } from '../waiting.js';

/**
 * `known`: the password was in a breach. `unknown`: it was in none that is known there. `unavailable`:
 * nobody answered in time or in a way that can be read.
 */
export type PasswordScreenAnswer = 'known' | 'unknown' | 'unavailable';

/** Takes the password in NFC, as the policy gives it. */
export type PasswordScreen = (password: string) => Promise<PasswordScreenAnswer>;

/** A new password waits for its screen no longer: whatever limit the screen has itself is a shorter one. */
export const LONGEST_SCREEN_MS = 60_000;

/**
 * Asks a screen that may be anybody's: one that throws, rejects, does not answer within a minute or answers
 * in words of its own is unavailable, no more. Of that somebody is told; of `unknown` nobody is.
 */
export async function askScreen(
  screen: PasswordScreen,
  password: string,
  clock: Clock,
): Promise<PasswordScreenAnswer> {
  try {
    const answer: unknown = await bounded(
      () => screen(password),
      screenPatience(LONGEST_SCREEN_MS, clock),
    );
    return answer === 'known' || answer === 'unknown' ? answer : 'unavailable';
  } catch {
    return 'unavailable';
  }
}

/** For who makes nothing of errors but that there was no answer. */
export function screenPatience(timeout: number, clock: Clock): Patience {
  const late = (): Error => new Error(`No answer within ${timeout} ms`);
  return { timeout, clock, late, failed: asError };
}
