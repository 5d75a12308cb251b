// The example of passkeys in docs/reference/flows.md, word for word but for where it imports from.

import type { PasskeyRequestOptions } from '../../src/accounts/passkeys.js';
import type { Flows, Visit } from '../../src/flows/index.js';

/** What the script of the sign-in page fetches, by POST, before it asks the browser. */
export async function offerPasskey(
  flows: Flows,
  visit: Visit,
): Promise<PasskeyRequestOptions | undefined> {
  const begun = await flows.passkeys.beginSignIn(visit);
  return begun.ok ? begun.options : undefined;
}

/** What it sends then: the credential, as JSON text in a field of a form. */
export async function usePasskey(flows: Flows, visit: Visit, field: string): Promise<string> {
  const response: unknown = JSON.parse(field);
  const done = await flows.passkeys.signIn(visit, { response });
  if (done.ok) return 'Hello again.';
  return done.reason === 'throttled' ? 'Try again later.' : 'That did not work. Try again.';
}
