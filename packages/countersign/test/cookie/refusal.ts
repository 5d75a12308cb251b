// What a refused cookie is in these tests: the error with its code, and that nothing was returned.

import { CountersignError } from '../../src/errors.js';

/** The CountersignError that `attempt` throws; another error, or none, fails the test. */
export function refusalOf(attempt: () => unknown): CountersignError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof CountersignError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
