// What tests of providers do again and again: begin, or read a result that has to be a success.

import type {
  OidcBeginInput,
  OidcExpectation,
  OidcFinishResult,
  OidcProvider,
} from '../../src/accounts/oidc.js';
import type { ProviderIdentity } from '../../src/accounts/provider-identity.js';

/** A sign-in that has begun. @throws Error when it could not */
export async function begun(
  provider: OidcProvider,
  input?: OidcBeginInput,
): Promise<{ readonly url: string; readonly expectation: OidcExpectation }> {
  const result = await provider.begin(input);
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result;
}

/** The identity that was proven. @throws Error when none was */
export function succeeded(result: OidcFinishResult): ProviderIdentity {
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result.identity;
}
