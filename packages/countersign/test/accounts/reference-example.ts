// The example of docs/reference/accounts.md, word for word but for where it imports from.

import {
  createAccounts,
  createPasswordPolicy,
  type AccountEvent,
} from '../../src/accounts/index.js';
import { argon2Hasher } from '../../src/accounts/argon2.js';
import { memoryAccountStore } from '../../src/stores/memory/index.js';

const trail: AccountEvent[] = [];

const accounts = createAccounts({
  store: memoryAccountStore(),
  hasher: argon2Hasher(),
  keys: [process.env['SESSION_KEY']],
  policy: createPasswordPolicy({ contextWords: ['Example Shop'] }),
  on: (event) => trail.push(event),
});

export async function register(name: string, password: string, address: string): Promise<string> {
  const result = await accounts.register({ name, password }, { address });
  if (result.ok) return `Welcome, ${result.user.name}`;
  if (result.reason === 'name-taken') return 'Somebody has this name already.';
  if (result.reason === 'throttled') {
    return `Try again in ${Math.ceil(result.retryAfterMs / 1000)} seconds.`;
  }
  return result.message;
}

export async function signIn(name: string, password: string, address: string): Promise<string> {
  const result = await accounts.verifyPassword({ name, password }, { address });
  if (result.ok) return `Hello again, ${result.user.name}`;
  if (result.reason === 'throttled') return 'Too many attempts. Wait a little.';
  return 'Name or password is wrong.';
}
