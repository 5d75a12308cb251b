// The example of links by mail in docs/reference/flows.md, word for word but for where it imports from.

import type { Flows, Visit } from '../../src/flows/index.js';

interface Answer {
  readonly status: number;
  readonly says: string;
}

/** The form that asks for an address. */
export async function askForReset(flows: Flows, visit: Visit, address: string): Promise<Answer> {
  const asked = await flows.reset.request(visit, { address });
  if (asked.ok) return { status: 200, says: 'If there is such an account, it has mail.' };
  if (asked.reason === 'address-invalid') return { status: 400, says: asked.message };
  return { status: 429, says: 'That was asked for too often. Look into your mail first.' };
}

/** The page of the link: a form with the token and a field for the password. */
export async function showReset(flows: Flows, visit: Visit, token: string): Promise<Answer> {
  const found = await flows.reset.look(visit, { token });
  if (!found.ok) return { status: 410, says: 'This link is used or too old.' };
  return { status: 200, says: `A new password for ${found.name}` };
}

/** What that form sends. */
export async function setPassword(
  flows: Flows,
  visit: Visit,
  form: { readonly token: string; readonly password: string },
): Promise<Answer> {
  const done = await flows.reset.finish(visit, form);
  if (done.ok) return { status: 200, says: 'Sign in with your new password.' };
  if (done.reason === 'password-refused') return { status: 400, says: done.message };
  if (done.reason === 'expired') return { status: 410, says: 'This link is used or too old.' };
  return { status: 429, says: 'Too many attempts from your network.' };
}
