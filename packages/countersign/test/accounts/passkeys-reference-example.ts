// The example of docs/reference/accounts-passkeys.md, word for word but for where it imports from.

import {
  addPasskey,
  createPasskeyCeremonies,
  findPasskey,
  replacePasskey,
  type PasskeyRecord,
} from '../../src/accounts/passkeys.js';

const passkeys = createPasskeyCeremonies({
  rpId: 'example.org',
  rpName: 'Example Shop',
  origins: ['https://login.example.org'],
});

export interface Customer {
  readonly userId: string;
  readonly name: string;
  passkeys: readonly PasskeyRecord[];
}

/** Where one browser's ceremonies wait. Yours is a one-time store, so that it holds for all processes. */
export const waiting = new Map<string, string>();

export function beginAdding(browser: string, customer: Customer): unknown {
  const begun = passkeys.beginRegistration({
    userId: customer.userId,
    userName: customer.name,
    displayName: customer.name,
    existing: customer.passkeys,
  });
  if (!begun.ok) return { error: 'You have as many passkeys as an account can have.' };
  waiting.set(browser, begun.expectation);
  return begun.options; // PublicKeyCredential.parseCreationOptionsFromJSON takes it
}

export async function add(browser: string, customer: Customer, sent: unknown): Promise<string> {
  const finished = await passkeys.finishRegistration({
    expectation: take(browser),
    response: sent,
    name: 'My laptop',
    now: Date.now(),
  });
  if (!finished.ok) return 'That did not work. Try again.';
  const added = addPasskey(customer.passkeys, finished.passkey);
  if (!added.ok) return 'That did not work. Try again.';
  customer.passkeys = added.passkeys;
  return `Added ${finished.passkey.name}`;
}

export function beginSignIn(browser: string): unknown {
  const begun = passkeys.beginAuthentication({ userVerification: 'required' });
  waiting.set(browser, begun.expectation);
  return begun.options; // PublicKeyCredential.parseRequestOptionsFromJSON takes it
}

export async function signIn(
  browser: string,
  customers: ReadonlyMap<string, Customer>,
  sent: unknown,
): Promise<string> {
  const refusal = 'That did not work. Try again.';
  const expectation = take(browser);
  const claimed = passkeys.readCredentialId(sent);
  const customer = customers.get(claimed?.userHandle ?? '');
  const passkey = findPasskey(customer?.passkeys ?? [], claimed?.id ?? '');
  if (customer === undefined || passkey === undefined) return refusal;
  const { userId } = customer;
  const now = Date.now();
  const response = sent;
  const finished = await passkeys.finishAuthentication({
    expectation,
    response,
    passkey,
    userId,
    now,
  });
  if (!finished.ok && finished.reason !== 'counter-went-back') return refusal;
  // Its counter moved, or it is noted that it went back: stored before anybody is let in.
  customer.passkeys = replacePasskey(customer.passkeys, finished.passkey);
  return finished.ok ? `Hello again, ${customer.name}` : refusal;
}

/** Used once, whatever comes of it. */
function take(browser: string): string {
  const expectation = waiting.get(browser) ?? '{}';
  waiting.delete(browser);
  return expectation;
}
