// What a commit comes to, for whoever sends the response.

import type { CookieChange } from './outgoing-cookies.js';

export type Commit =
  | {
      readonly ok: true;
      readonly cookies: readonly CookieChange[];
      /** Whether to send `Clear-Site-Data`. */
      readonly clearSiteData: boolean;
    }
  | {
      readonly ok: false;
      /** The request had changes, and its session has ended meanwhile: answer 401. */
      readonly reason: 'session-ended';
      readonly cookies: readonly CookieChange[];
    };
