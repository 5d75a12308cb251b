// What an exchange looks at of a request, whatever server it came through. An interface only: for
// node it is node-request.ts, for the Web web-request.ts.

import type { CsrfPlace, CsrfRequest } from '../csrf/request.js';
import type { RequestPeer } from './client-address.js';

/** One request. Everything may be a getter: most requests need little of it. */
export interface ExchangeRequest extends CsrfRequest, CsrfPlace, RequestPeer {
  /** The Cookie header, several joined by `; `. */
  readonly cookie: string | undefined;
  readonly userAgent: string | null;
}
