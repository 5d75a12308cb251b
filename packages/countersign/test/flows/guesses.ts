// Guesses of strangers at a password, as the tests of known devices use them up.

import { expect } from 'vitest';

import { signIn } from './authenticator-app.js';
import type { World } from './fixture.js';

export const WRONG = 'not the password at all';
export const STRANGER = { address: '203.0.113.9' };

/** Uses the guesses up that all strangers have together, before there is a wait. */
export async function useUpGuesses(world: World): Promise<void> {
  const stranger = world.visitor(STRANGER);
  for (let guesses = 0; guesses < 5; guesses += 1)
    expect(await signIn(world, stranger, WRONG)).toEqual({ ok: false, reason: 'refused' });
  expect(await signIn(world, stranger, WRONG)).toMatchObject({ reason: 'throttled' });
}
