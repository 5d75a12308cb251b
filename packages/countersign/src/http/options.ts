// The options that every adapter takes, checked once at construction.

import { createCsrfCheck, type CsrfCheck } from '../csrf/check.js';
import type { CsrfOptions } from '../csrf/options.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { createAddressResolver, type AddressResolver, type TrustProxy } from './client-address.js';
import type { RefusalPage } from './refusal.js';

export interface HttpOptions {
  /**
   * Where this application is served, such as `['https://app.example']`. Default none: then only
   * `Sec-Fetch-Site` decides whether a request is forged, and a note at start says so.
   */
  readonly origins?: readonly string[] | undefined;
  /** Foreign origins whose pages may send changing requests here. Default none. */
  readonly trustedOrigins?: readonly string[] | undefined;
  /** More settings of the CSRF check, or `false`: no check at all. Default: the check, as it comes. */
  readonly csrf?: false | CsrfOptions | undefined;
  /** Which proxies' `X-Forwarded-*` is believed: `false` (default), a number of them, or addresses. */
  readonly trustProxy?: TrustProxy | undefined;
  /**
   * Called for each failure that became a 500 or 503, such as a store that is down. Default: a
   * process warning, at most one a minute. What it throws is dropped.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The body of refusals (401, 403, 500, 503). Default: one line of plain text. */
  readonly refusalPage?: RefusalPage | undefined;
}

/** The options, checked and put to work. */
export interface HttpConfig {
  /** `undefined` when switched off. */
  readonly csrf: CsrfCheck | undefined;
  /** Whether a refused request is told as a process warning, as nobody else listens for it. */
  readonly tellsForged: boolean;
  readonly addresses: AddressResolver;
  readonly trustsProxy: boolean;
  readonly onError: ((error: unknown) => void) | undefined;
  readonly refusalPage: RefusalPage | undefined;
  /** What an operator should read once, at start. */
  readonly notes: readonly string[];
}

const OPTION_NAMES: readonly (keyof HttpOptions)[] = [
  'origins',
  'trustedOrigins',
  'csrf',
  'trustProxy',
  'onError',
  'refusalPage',
];

const CSRF_OFF =
  'csrf is false: any web page can make the browser of somebody who is signed in send requests here. Leave the option out, unless something else checks every changing request.';

/**
 * Checks the options.
 * @param more names of options that one adapter has besides
 * @throws CountersignError `configuration` for an unknown, wrong or contradicting option
 */
export function readHttpOptions(options: HttpOptions, more: readonly string[] = []): HttpConfig {
  assertOptionNames('', options ?? null, [...OPTION_NAMES, ...more]);
  const { onError, refusalPage, trustProxy } = options;
  assertFunction('onError', onError);
  assertFunction('refusalPage', refusalPage);
  const csrf = createCheck(options);
  return {
    csrf,
    tellsForged: options.csrf === undefined || options.csrf === false || !options.csrf.onRefusal,
    addresses: createAddressResolver(trustProxy),
    trustsProxy: trustProxy !== undefined && trustProxy !== false && trustProxy !== 0,
    onError,
    refusalPage,
    notes: csrf?.notes ?? [CSRF_OFF],
  };
}

function createCheck({ origins, trustedOrigins, csrf }: HttpOptions): CsrfCheck | undefined {
  const outside = { origins, trustedOrigins };
  if (csrf === false) {
    for (const [name, value] of Object.entries(outside)) {
      if (value !== undefined)
        throw misconfigured(name, 'is set, and `csrf` is false', 'Leave one of the two out');
    }
    return undefined;
  }
  if (csrf !== undefined && (typeof csrf !== 'object' || csrf === null))
    throw misconfigured('csrf', 'is not an object', 'Write false, an object, or nothing');
  for (const [name, value] of Object.entries(outside)) {
    if (value !== undefined && csrf !== undefined && Object.hasOwn(csrf, name))
      throw misconfigured(name, `is set, and \`csrf.${name}\` too`, 'Leave one of the two out');
  }
  return createCsrfCheck({
    ...csrf,
    ...(origins === undefined ? {} : { origins }),
    ...(trustedOrigins === undefined ? {} : { trustedOrigins }),
  });
}

/** @throws CountersignError `configuration` for anything but a function or nothing */
export function assertFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw misconfigured(option, 'is not a function', 'Pass a function, or leave it out');
}
