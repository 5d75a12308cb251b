// What the check of a request's cookie found.

import type { Outcome } from './explanation.js';
import type { SessionRecord } from './record.js';

export interface Found {
  readonly outcome: Outcome;
  readonly token: string | null;
  readonly record: SessionRecord | null;
}
