// What an operator should know about a CSRF configuration, as sentences for the log at start-up.

import type { CsrfConfig, CsrfOptions } from './options.js';

/** The notes for one configuration; empty when there is nothing to say. */
export function startUpNotes(config: CsrfConfig, options: CsrfOptions): readonly string[] {
  const notes: string[] = [];
  if (config.own.size === 0)
    notes.push(
      "csrf.origins is not set, so only Sec-Fetch-Site decides: changing requests over plain HTTP, from browsers of before March 2023 or behind a proxy that removes Sec-Fetch-* are refused, and so is every WebSocket. Set it to where this application is served, such as ['https://app.example'].",
    );
  if (config.missing === 'allow')
    notes.push(
      'csrf.missing is `allow`: requests with cookies but without Sec-Fetch-Site and Origin are let in. Browsers of before mid-2020 are not protected.',
    );
  if (config.mode === 'report')
    notes.push(
      'csrf.mode is `report`: forged requests are counted, and let in. Set it to `enforce` once the counts are clean.',
    );
  for (const { method, route, proof } of options.bypass ?? [])
    notes.push(`csrf.bypass: ${method} ${route} is not checked. Its own proof: ${proof}.`);
  return notes;
}
