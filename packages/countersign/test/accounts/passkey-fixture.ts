// One user, one site and one authenticator for the tests of passkeys.

import { expect } from 'vitest';

import {
  createPasskeyCeremonies,
  type FinishRegistrationResult,
} from '../../src/accounts/passkeys.js';
import type { PasskeyRecord } from '../../src/accounts/passkey-record.js';
import {
  SoftwareAuthenticator,
  type Deviation,
  type SoftwareAuthenticatorOptions,
} from './software-authenticator.js';

const ORIGIN = 'https://login.example.org';
export const USER_ID = 'AAECAwQFBgcICQoLDA0ODw';
export const NOW = 1_700_000_000_000;

export const ceremonies = createPasskeyCeremonies({
  rpId: 'example.org',
  rpName: 'Example Shop',
  origins: [ORIGIN, 'https://www.example.org'],
});

export function createAuthenticator(
  options: Partial<SoftwareAuthenticatorOptions> = {},
): SoftwareAuthenticator {
  return new SoftwareAuthenticator({ origin: ORIGIN, ...options });
}

/** Begins for the fixture's user. */
export function begin(
  existing: readonly PasskeyRecord[] = [],
): Extract<ReturnType<typeof ceremonies.beginRegistration>, { ok: true }> {
  const begun = ceremonies.beginRegistration({
    userId: USER_ID,
    userName: 'ada',
    displayName: 'Ada King',
    existing,
  });
  if (!begun.ok) throw new Error(begun.reason);
  return begun;
}

/** A whole registration, in which the authenticator may deviate. */
export async function register(
  authenticator: SoftwareAuthenticator,
  deviation: Deviation = {},
): Promise<FinishRegistrationResult> {
  const { options, expectation } = begin();
  const response: unknown = authenticator.create(options, deviation);
  return ceremonies.finishRegistration({ expectation, response, name: 'Laptop', now: NOW });
}

/** The record of a registration that succeeded. */
export async function enrol(
  authenticator: SoftwareAuthenticator,
  deviation: Deviation = {},
): Promise<PasskeyRecord> {
  const registered = await register(authenticator, deviation);
  expect(registered).toMatchObject({ ok: true });
  if (!registered.ok) throw new Error(registered.reason);
  return registered.passkey;
}
