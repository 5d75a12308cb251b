// What an application may set for the CSRF check, its defaults, and its validation at start-up.

import { assertOptionNames, misconfigured } from '../errors.js';
import { parseBypass, type BypassTable, type CsrfBypass } from './bypass.js';
import { parseOrigins, type OriginHosts } from './origin.js';
import type { CsrfRule } from './rule.js';

/** Options of `createCsrfCheck`. All may be left out. */
export interface CsrfOptions {
  /**
   * The origins that this application is served from, such as `['https://app.example']`. Default:
   * none, so that only Sec-Fetch-Site decides. With several hosts a request is held against the
   * origins of the host it asks for: an own origin of another host counts as foreign (F15).
   */
  readonly origins?: readonly string[] | undefined;
  /** Foreign origins whose pages may send changing requests here. Default: none. */
  readonly trustedOrigins?: readonly string[] | undefined;
  /** `Sec-Fetch-Site: none`: started by the user and not by a page. Default `allow`. */
  readonly none?: 'allow' | 'reject' | undefined;
  /**
   * Neither Sec-Fetch-Site nor Origin. Default `reject-with-cookie`: let in only if there is no
   * Cookie either. `reject` also closes login CSRF from browsers of before mid-2020. `allow` is for
   * clients that hold cookies and cannot send Origin, and gives up old browsers.
   */
  readonly missing?: 'allow' | 'reject-with-cookie' | 'reject' | undefined;
  /** Routes with a proof of their own (F19). Default: none. */
  readonly bypass?: readonly CsrfBypass[] | undefined;
  /** `report` refuses nothing, it only counts and tells: for a roll-out (F29). Default `enforce`. */
  readonly mode?: 'enforce' | 'report' | undefined;
  /** Called at each refusal, also at one that `report` lets in. What it throws is dropped. */
  readonly onRefusal?: ((refusal: CsrfRefusal) => void) | undefined;
}

/** One refusal, for a log. Its texts come from the client and are cut to 256 characters. */
export interface CsrfRefusal {
  readonly rule: CsrfRule;
  /** `false` in `report` mode: the request was let in. */
  readonly enforced: boolean;
  readonly method: string | undefined;
  readonly route: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** The options with defaults filled in and origins and routes ready for look-up. */
export interface CsrfConfig {
  readonly own: OriginHosts;
  readonly hasSeveralHosts: boolean;
  readonly trusted: OriginHosts;
  readonly bypass: BypassTable;
  readonly none: 'allow' | 'reject';
  readonly missing: 'allow' | 'reject-with-cookie' | 'reject';
  readonly mode: 'enforce' | 'report';
}

const OPTION_NAMES: readonly (keyof CsrfOptions)[] = [
  'origins',
  'trustedOrigins',
  'none',
  'missing',
  'bypass',
  'mode',
  'onRefusal',
];

/** @throws CountersignError `configuration` for the first option that is wrong */
export function readOptions(options: CsrfOptions): CsrfConfig {
  assertOptionNames('csrf', options, OPTION_NAMES);
  const { onRefusal } = options;
  if (onRefusal !== undefined && typeof onRefusal !== 'function')
    throw misconfigured('csrf.onRefusal', 'is not a function', 'Pass a function, or leave it out');
  const own = parseOrigins('csrf.origins', options.origins);
  return {
    own,
    hasSeveralHosts: new Set(own.values()).size > 1,
    trusted: parseOrigins('csrf.trustedOrigins', options.trustedOrigins),
    bypass: parseBypass(options.bypass ?? []),
    none: choose('csrf.none', options.none, ['allow', 'reject']),
    missing: choose('csrf.missing', options.missing, ['reject-with-cookie', 'reject', 'allow']),
    mode: choose('csrf.mode', options.mode, ['enforce', 'report']),
  };
}

/** The first choice is the default. */
function choose<Choice extends string>(
  option: string,
  given: string | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (given === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === given);
  if (chosen === undefined)
    throw misconfigured(option, `'${given}' is no choice`, `Write one of: ${choices.join(', ')}`);
  return chosen;
}
