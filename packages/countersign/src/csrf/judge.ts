// The algorithm of csrf.md §F7: fetch metadata first, exact Origin next, no signal and a cookie means
// refusal. A pure function of the configuration and the request. No counters, no modes, no answers.

import type { CsrfConfig } from './options.js';
import {
  hostOf,
  isSent,
  isSeveral,
  isWebSocketUpgrade,
  knownFetchSite,
  readHeader,
  singleValue,
  type CsrfPlace,
  type CsrfRequest,
} from './request.js';
import type { CsrfRule } from './rule.js';

/** The rule that refuses this request, or `undefined`: it is let in. Never throws. */
export function judge(
  config: CsrfConfig,
  request: CsrfRequest,
  place: CsrfPlace | undefined,
): CsrfRule | undefined {
  const { method, headers } = request;
  const isUpgrade = isWebSocketUpgrade(request);
  const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  if (isSafe && !isUpgrade) return undefined;
  if (isBypassed(config, method, place?.route)) return undefined;

  const sentOrigin = readHeader(headers, 'origin');
  if (isSeveral(sentOrigin)) return 'several-origins';
  const origin = singleValue(sentOrigin);
  if (isUpgrade) return judgeUpgrade(config, origin, request, place);

  const sentSite = readHeader(headers, 'sec-fetch-site');
  const site = knownFetchSite(sentSite);
  // Before Origin is looked at, which a page's Referrer-Policy may have turned into `null` (K8).
  if (site === 'same-origin') return undefined;
  if (site === 'none') return config.none === 'allow' ? undefined : 'user-initiated';
  // An own Origin is not enough here: some hop of the redirect chain was foreign (K1).
  if (site !== undefined) return isTrusted(config, origin) ? undefined : site;
  if (origin !== undefined) return judgeOrigin(config, origin, request, place);
  return isSent(sentSite) ? 'unknown-fetch-site' : judgeSilence(config, request);
}

function isBypassed(config: CsrfConfig, method: string | undefined, route: string | undefined) {
  if (method === undefined || route === undefined) return false;
  return config.bypass.get(method)?.has(route) === true;
}

/** What is in the map is serialised, so membership is the whole test (F16). */
function isTrusted(config: CsrfConfig, origin: string | undefined): boolean {
  return origin !== undefined && config.trusted.has(origin);
}

function judgeUpgrade(
  config: CsrfConfig,
  origin: string | undefined,
  request: CsrfRequest,
  place: CsrfPlace | undefined,
): CsrfRule | undefined {
  if (origin === undefined) return 'websocket-origin';
  const rule = judgeOrigin(config, origin, request, place);
  return rule === 'foreign-origin' ? 'websocket-origin' : rule;
}

/** The origin alone decides: own for the host that is asked for, or trusted (F15, F18). */
function judgeOrigin(
  config: CsrfConfig,
  origin: string,
  request: CsrfRequest,
  place: CsrfPlace | undefined,
): CsrfRule | undefined {
  if (isTrusted(config, origin)) return undefined;
  if (config.own.size === 0 && origin !== 'null') return 'origins-unset';
  const host = config.own.get(origin);
  if (host === undefined) return 'foreign-origin';
  const isAsked = !config.hasSeveralHosts || host === hostOf(request, place);
  return isAsked ? undefined : 'foreign-origin';
}

/** No signal at all: no browser since mid-2020, or a proxy that removes headers. */
function judgeSilence(config: CsrfConfig, request: CsrfRequest): CsrfRule | undefined {
  if (config.missing === 'allow') return undefined;
  if (config.missing === 'reject') return 'no-signal';
  return isSent(readHeader(request.headers, 'cookie')) ? 'no-signal-with-cookie' : undefined;
}
