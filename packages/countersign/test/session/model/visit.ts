// A request inside the server: what its check found, and what its handler has done so far.

import type { RequestSession } from '../../../src/session/request-session.js';
import type { Attempt } from './attempt.js';
import type { Instant } from './instant.js';
import type { KnownSession } from './known-session.js';
import type { Key, ModelData } from './register.js';
import type { Request } from './request.js';
import type { ServerNode } from './server-node.js';

export interface Visit {
  readonly request: Request;
  readonly node: ServerNode;
  readonly session: RequestSession<ModelData>;
  /** The check, from its beginning to its answer. */
  readonly start: Instant;
  readonly finish: Instant;
  /** The session that the request now acts in; changes with a sign-in and a sign-out. */
  known: KnownSession | undefined;
  /** The generation of the token that was accepted; `undefined` for a visitor. */
  readonly generation: number | undefined;
  /** Keys to be written by the commit. */
  readonly staged: Map<Key, string | undefined>;
  attempt: Attempt | undefined;
  /** Taken by a handler that goes on for long. */
  signal: AbortSignal | undefined;
  signedOut: boolean;
  signedIn: boolean;
}
