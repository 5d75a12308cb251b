// Routes that the CSRF check leaves alone because they have a proof of their own (csrf.md F19).
// Exact method and exact route: no prefix, no pattern, nothing normalised (CVE-2025-47910).

import { misconfigured } from '../errors.js';

/** One route that is not checked. */
export interface CsrfBypass {
  /** In upper case, such as `POST`. `GET` exempts WebSocket upgrades on that route. */
  readonly method: string;
  /** Exactly what the adapter reports as the matched route, such as `/hooks/stripe`. */
  readonly route: string;
  /** What proves the request instead, such as `Stripe signature`. Listed at start-up. */
  readonly proof: string;
}

/** Routes by method. */
export type BypassTable = ReadonlyMap<string, ReadonlySet<string>>;

/** @throws CountersignError `configuration` for an entry that could never match, or has no proof */
export function parseBypass(entries: readonly CsrfBypass[]): BypassTable {
  const table = new Map<string, Set<string>>();
  if (!isList(entries)) {
    const remedy = "Write one: [{ method: 'POST', route: '/hooks/mail', proof: 'signature' }]";
    throw misconfigured('csrf.bypass', 'is not a list of objects', remedy);
  }
  entries.forEach(({ method, route, proof }, position) => {
    const option = `csrf.bypass[${position}]`;
    if (!/^[A-Z]+$/.test(method) || method === 'HEAD' || method === 'OPTIONS') {
      const remedy = 'Write one that is checked, in upper case, such as POST';
      throw misconfigured(`${option}.method`, `'${method}' is never bypassed`, remedy);
    }
    if (!/^\/[^?#\s]*$/.test(route))
      throw misconfigured(`${option}.route`, `'${route}' is no route`, 'Write such as /hooks/mail');
    if (typeof proof !== 'string' || proof.trim() === '') {
      const remedy = "Say what proves the request instead, such as 'webhook signature'";
      throw misconfigured(`${option}.proof`, 'is not set', remedy);
    }
    const routes = table.get(method) ?? new Set();
    table.set(method, routes.add(route));
  });
  return table;
}

function isList(entries: unknown): boolean {
  return (
    Array.isArray(entries) && entries.every((entry) => typeof entry === 'object' && entry !== null)
  );
}
