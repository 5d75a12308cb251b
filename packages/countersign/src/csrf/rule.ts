// Why a request is refused: one name and one sentence for each rule. A table of facts; the judging
// is in check.ts.

/**
 * Every rule that can refuse a request, with the sentence that tells a developer what happened and
 * what to do. Adapters put it into the 403 in development only (csrf.md F22).
 */
export const CSRF_RULES = {
  'several-origins': 'The request has more than one Origin header.',
  'websocket-origin':
    'A WebSocket upgrade needs an Origin that is this host’s own in `origins`, or in `trustedOrigins`.',
  'cross-site':
    'Another site made the request (Sec-Fetch-Site: cross-site), and its Origin is not in `trustedOrigins`.',
  'same-site':
    'A sibling site (another subdomain, or another port) made the request (Sec-Fetch-Site: same-site), and its Origin is not in `trustedOrigins`.',
  'user-initiated':
    'No page made the request (Sec-Fetch-Site: none, an address bar or a reload), and `none` is set to `reject`.',
  'foreign-origin':
    'There is no Sec-Fetch-Site, and the Origin is neither this host’s own in `origins` nor in `trustedOrigins`. With origins of several hosts, a proxy must pass the Host header on.',
  'origins-unset':
    'There is no Sec-Fetch-Site (an old browser, plain HTTP or a WebSocket), so the Origin has to decide, and `origins` is not set.',
  'unknown-fetch-site':
    'Sec-Fetch-Site has no value that is known, and there is no Origin to decide instead.',
  'no-signal-with-cookie':
    'There is a Cookie, but neither Sec-Fetch-Site nor Origin. A script with a cookie jar sends `Origin: <origin of this site>`. If a browser sent this, a proxy removes those headers and must pass them on.',
  'no-signal':
    'There is neither Sec-Fetch-Site nor Origin, and `missing` is set to `reject`. A script sends `Origin: <origin of this site>`.',
} as const satisfies Record<string, string>;

/** The name of a rule that refused a request. Stable: fit for logs and metrics. */
export type CsrfRule = keyof typeof CSRF_RULES;

/** Every rule's name, in the order of the table. */
export const CSRF_RULE_NAMES: readonly CsrfRule[] = Object.keys(CSRF_RULES).filter(isCsrfRule);

function isCsrfRule(name: string): name is CsrfRule {
  return Object.hasOwn(CSRF_RULES, name);
}
