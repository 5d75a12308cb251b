// One request as the flows work with it (countersign/flows).

import type { Visit } from 'countersign/flows';

import type { PageContext } from './doorkeeper.js';

/**
 * For the first argument of every flow. Cookies of the flows are written to the answer that is under way:
 * whatever the handler returns carries them, a redirect or a page of any status.
 */
export function visitOf(c: PageContext): Visit {
  return { session: c.env.session, request: c.req.raw, response: c.res };
}
