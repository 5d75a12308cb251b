// What the pages and assets/passkey.js say to each other: options as JSON, and a credential in a form.

import type { PageContext } from './doorkeeper.js';
import type { Fields } from './posted-form.js';

/** The options of a ceremony that has begun. */
export function sendOptions(c: PageContext, options: object): Response {
  return c.json(options);
}

/** Why there are none: the script says it beside its button. */
export function sendTrouble(
  c: PageContext,
  status: 404 | 409 | 422 | 429,
  message: string,
): Response {
  return c.json({ message }, status);
}

/** What the browser made of the options; `undefined` for nothing, and for what is no JSON. */
export function readCredential(field: Fields): unknown {
  try {
    const parsed: unknown = JSON.parse(field('credential'));
    return parsed;
  } catch {
    return undefined;
  }
}
