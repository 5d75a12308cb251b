// The options of a sign-in, looked at as strictly as those of a construction: a misspelt `attempt` that
// was passed over would take the protection against a racing change of credentials away.

import { CountersignError } from '../errors.js';

const NAMES: ReadonlySet<string> = new Set(['attempt', 'factors', 'remember', 'carry']);
/** Kinds of proof in one session. More is a mistake, and would make every record larger. */
const MOST_FACTORS = 16;

/**
 * Refuses options that are none or of the wrong type.
 * @throws CountersignError `data-invalid`
 */
export function assertSignInOptions(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (!NAMES.has(name)) throw refused(`${name} is not an option`);
    if (value === undefined) continue;
    if (name === 'attempt' && typeof value !== 'string') throw refused('attempt is not a ticket');
    if (name === 'remember' && value !== true) throw refused('remember is true or left out');
    if (name === 'factors' || name === 'carry') assertTexts(name, value);
  }
}

function assertTexts(name: string, list: unknown): void {
  // A single text would be taken apart into letters.
  if (!Array.isArray(list) || list.some((text) => typeof text !== 'string' || text === '')) {
    throw refused(`${name} is not a list of names`);
  }
  if (name === 'factors' && list.length > MOST_FACTORS) {
    throw refused(`factors has more than ${MOST_FACTORS} entries`);
  }
}

function refused(problem: string): CountersignError {
  return new CountersignError('data-invalid', `Sign-in options: ${problem}`);
}
