// Which providers people may sign in at, and what each is trusted with: the option, read and checked.

import type { OidcProvider } from '../accounts/oidc.js';
import { assertOptionNames, misconfigured } from '../errors.js';

/** Values of which the provider documents that they mean two factors. */
export interface TwoFactorValues {
  /** Of `acr`. */
  readonly acr?: readonly string[];
  /** Of `amr` (RFC 8176), such as `mfa`. One of them is enough. */
  readonly amr?: readonly string[];
}

export interface TrustedProvider {
  /** What `createOidcProvider` gave. */
  readonly provider: OidcProvider;
  /**
   * Makes an account for somebody who has none, with the address that the provider says it has
   * verified. Default `false`.
   */
  readonly createsAccounts?: boolean;
  /**
   * What a sign-in there has to say to count as two factors, so that no second one is asked for here.
   * Default: nothing does (ASVS 6.8.4).
   */
  readonly trustsTwoFactors?: TwoFactorValues;
}

/** The same, complete. */
export interface FlowProvider {
  readonly provider: OidcProvider;
  readonly createsAccounts: boolean;
  readonly trustsTwoFactors: Required<TwoFactorValues>;
}

const OPTION_NAMES: readonly (keyof TrustedProvider)[] = [
  'provider',
  'createsAccounts',
  'trustsTwoFactors',
];

/** @throws CountersignError `configuration` */
export function readProviders(
  given: readonly (OidcProvider | TrustedProvider)[],
): readonly FlowProvider[] {
  if (typeof given?.map !== 'function')
    throw misconfigured('providers', 'is no list', 'Pass [provider]');
  const providers = given.map((each, index) => readProvider(`providers[${index}]`, each));
  for (const field of ['name', 'issuer'] as const) {
    const values = providers.map(({ provider }) => provider[field]);
    if (new Set(values).size < values.length)
      throw misconfigured('providers', `has the same ${field} twice`, 'List each provider once');
  }
  return providers;
}

function readProvider(option: string, given: OidcProvider | TrustedProvider): FlowProvider {
  const trusted = isTrusted(given) ? given : { provider: given };
  assertOptionNames(option, trusted, OPTION_NAMES);
  const { provider, createsAccounts = false, trustsTwoFactors = {} } = trusted;
  if (typeof provider?.finish !== 'function')
    throw misconfigured(option, 'is no provider', 'Pass createOidcProvider({ … })');
  if (typeof createsAccounts !== 'boolean')
    throw misconfigured(`${option}.createsAccounts`, 'is not true or false', 'Leave it out');
  const values = `${option}.trustsTwoFactors`;
  assertOptionNames(values, trustsTwoFactors, ['acr', 'amr']);
  const acr = readValues(`${values}.acr`, trustsTwoFactors.acr ?? []);
  const amr = readValues(`${values}.amr`, trustsTwoFactors.amr ?? []);
  return { provider, createsAccounts, trustsTwoFactors: { acr, amr } };
}

function isTrusted(given: OidcProvider | TrustedProvider): given is TrustedProvider {
  return typeof given === 'object' && given !== null && 'provider' in given;
}

function readValues(option: string, values: readonly string[]): readonly string[] {
  const isList: boolean = Array.isArray(values);
  if (isList && values.every((value) => typeof value === 'string' && value !== ''))
    return [...values];
  throw misconfigured(option, 'is no list of values', 'Pass such as ["mfa"]');
}
