// The CSRF check that adapters call: the judgement of judge.ts as a verdict, counted and told.
// The 403 is the adapter's; tokens are in tokens.ts.

import { tellListener } from '../listener.js';
import { judge } from './judge.js';
import { startUpNotes } from './notes.js';
import { readOptions, type CsrfOptions, type CsrfRefusal } from './options.js';
import { readHeader, singleValue, type CsrfPlace, type CsrfRequest } from './request.js';
import { CSRF_RULE_NAMES, type CsrfRule } from './rule.js';

/** The outcome. `reported`: the rule that would have refused, had `mode` not been `report`. */
export type CsrfVerdict =
  | { readonly allowed: true; readonly reported?: CsrfRule }
  | { readonly allowed: false; readonly rule: CsrfRule };

export interface CsrfCheck {
  /**
   * Judges one request: before its body is read and before any method override (F13), whatever its
   * content type, and whether or not there is a session (F14). Never throws, whatever was sent.
   */
  check(request: CsrfRequest, place?: CsrfPlace): CsrfVerdict;
  /** What an operator should read once, at start-up. May be empty. */
  readonly notes: readonly string[];
  /** How often each rule refused since construction, or would have in `report` mode (F29). */
  counts(): ReadonlyMap<CsrfRule, number>;
}

const ALLOWED: CsrfVerdict = Object.freeze({ allowed: true });
const LONGEST_TEXT = 256;

/**
 * Builds the check (csrf.md §F7).
 * @throws CountersignError `configuration` for an origin that is not exactly serialised, an unknown
 *   choice, or a bypass that could never match or names no proof
 */
export function createCsrfCheck(options: CsrfOptions = {}): CsrfCheck {
  const config = readOptions(options);
  const enforced = config.mode === 'enforce';
  const verdicts = new Map(CSRF_RULE_NAMES.map((rule) => [rule, verdictOf(rule, enforced)]));
  const counts = new Map(CSRF_RULE_NAMES.map((rule) => [rule, 0]));
  const { onRefusal } = options;
  return {
    check(request, place) {
      const rule = judge(config, request, place);
      if (rule === undefined) return ALLOWED;
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
      if (onRefusal !== undefined) tell(onRefusal, describe(rule, enforced, request, place));
      return verdicts.get(rule) ?? verdictOf(rule, enforced);
    },
    notes: startUpNotes(config, options),
    counts: () => new Map(counts),
  };
}

function verdictOf(rule: CsrfRule, enforced: boolean): CsrfVerdict {
  return Object.freeze(enforced ? { allowed: false, rule } : { allowed: true, reported: rule });
}

function describe(
  rule: CsrfRule,
  enforced: boolean,
  request: CsrfRequest,
  place: CsrfPlace | undefined,
): CsrfRefusal {
  const text = (name: string): string | undefined =>
    singleValue(readHeader(request.headers, name))?.slice(0, LONGEST_TEXT);
  return {
    rule,
    enforced,
    method: request.method?.slice(0, LONGEST_TEXT),
    route: place?.route?.slice(0, LONGEST_TEXT),
    origin: text('origin'),
    fetchSite: text('sec-fetch-site'),
  };
}

/** A log that fails must neither let a request in nor turn its 403 into a 500. */
function tell(onRefusal: (refusal: CsrfRefusal) => void, refusal: CsrfRefusal): void {
  // The refusal stands, and is counted.
  tellListener(onRefusal, refusal, () => undefined);
}
