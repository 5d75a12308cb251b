// Whether a proof was given recently enough: one rule for `session.isFresh` and for the flows. Which
// proofs an action asks for is not judged here.

import type { Clock } from '../clock.js';
import { parseDuration, type Duration } from '../duration.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import type { Factor } from './record.js';

export interface FreshnessOptions<Kind extends string = string> {
  /** How long ago the proof may be. Default: `policy.freshness` of the sessions. */
  readonly within?: Duration;
  /** The kinds of factors that count, each of which is enough. Default: any. */
  readonly factors?: readonly Kind[];
}

const OPTION_NAMES: readonly (keyof FreshnessOptions)[] = ['within', 'factors'];

/**
 * Whether a proof, of one of these kinds, was given recently enough. Not any more exactly at the limit.
 * @throws CountersignError `configuration` for an option that there is not, or is of another kind, which
 *   would ask for less
 */
export function isFresh(
  proved: readonly Factor[],
  options: FreshnessOptions,
  { clock, policy }: { readonly clock: Clock; readonly policy: { readonly freshness: number } },
): boolean {
  assertOptionNames('', options, OPTION_NAMES);
  const { within, factors } = options;
  // Of text, a part would count as the whole: `provider` for `provider-mfa`.
  const isList: boolean = factors === undefined || Array.isArray(factors);
  if (!isList)
    throw misconfigured('factors', 'is not a list', "Write one such as ['totp', 'passkey']");
  const limit = within === undefined ? policy.freshness : parseDuration(within, 'within');
  const now = clock.now();
  return proved.some(
    ({ kind, at }) => now < at + limit && (factors === undefined || factors.includes(kind)),
  );
}
