// Why a sign-in at a provider did not succeed: the error that ends it inside, the reason that comes out,
// and the reading of errors of `oauth4webapi`. Details never contain a token, a code or a claim's value.

/**
 * - `denied`: the person said no there, or is not signed in there and was not to be asked.
 * - `refused`: something is forged, mismatched, unsigned, expired or used before.
 * - `unavailable`: the provider is down, slow, or answers nonsense, or does not know this client. 503.
 */
export type OidcReason = 'denied' | 'refused' | 'unavailable';

/** Thrown and caught inside of `accounts/oidc`; outside it is a value. */
export class OidcFailure extends Error {
  override readonly name = 'OidcFailure';
  readonly reason: OidcReason;

  /** @param detail what happened, for an operator */
  constructor(reason: OidcReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What else may stand in the answer of an authorization endpoint (OpenID Connect Core, 3.1.2.6). */
const AUTHORIZATION_ERRORS: ReadonlyMap<string, OidcReason> = new Map([
  ['access_denied', 'denied'],
  ['account_selection_required', 'denied'],
  ['consent_required', 'denied'],
  ['interaction_required', 'denied'],
  ['login_required', 'denied'],
  ['invalid_request', 'unavailable'],
  ['invalid_scope', 'unavailable'],
  ['server_error', 'unavailable'],
  ['temporarily_unavailable', 'unavailable'],
  ['unauthorized_client', 'unavailable'],
  ['unsupported_response_type', 'unavailable'],
]);

/** The failure for anything that was thrown while the parameters of the callback were read. */
export function callbackFailure(error: unknown): OidcFailure {
  if (error instanceof OidcFailure) return error;
  const answer = providerError(error);
  if (answer === null) return new OidcFailure('refused', messageOf(error));
  const reason = AUTHORIZATION_ERRORS.get(answer) ?? 'refused';
  return new OidcFailure(reason, `the provider answered ${answer}`);
}

/**
 * The failure for an answer of the token endpoint with another status than 200. Only `invalid_grant`
 * (RFC 6749, 5.2) tells of this sign-in: the code is wrong, used or expired.
 */
export function tokenEndpointFailure(error: unknown): OidcFailure {
  if (error instanceof OidcFailure) return error;
  const answer = providerError(error);
  if (answer === null) return new OidcFailure('unavailable', messageOf(error));
  const reason = answer === 'invalid_grant' ? 'refused' : 'unavailable';
  return new OidcFailure(reason, `the token endpoint answered ${answer}`);
}

/** The failure for anything that was thrown while an ID token was checked. */
export function tokenFailure(error: unknown): OidcFailure {
  return error instanceof OidcFailure ? error : new OidcFailure('refused', messageOf(error));
}

/** The `error` that a provider gave as such; `null` when there is none. Other texts than codes are not repeated. */
function providerError(error: unknown): string | null {
  if (!(error instanceof Error) || !('error' in error) || typeof error.error !== 'string')
    return null;
  return /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'an unknown error';
}

/** The messages of the package are fixed sentences; anybody else's may repeat what they were about. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'malformed';
  return String(error.code).startsWith('OAUTH_') ? error.message : 'malformed';
}
