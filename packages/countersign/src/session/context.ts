// What every part of the session layer works with, put together once by `createSessions`.

import type { Clock } from '../clock.js';
import type { SessionListener } from './events.js';
import type { KnownTags } from './known-tags.js';
import type { Policy } from './policy.js';
import type { SessionWatch } from './session-watch.js';
import type { StandardSchema } from './standard-schema.js';
import type { SessionStore } from './store.js';
import type { TokenMint } from './token.js';
import type { TouchQueue } from './touch-queue.js';
import type { UpdateQueue } from './update-queue.js';

export interface SessionContext {
  readonly store: SessionStore;
  readonly mint: TokenMint;
  readonly tags: KnownTags;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly events: Required<SessionListener>;
  readonly touches: TouchQueue;
  readonly updates: UpdateQueue;
  readonly watch: SessionWatch;
  readonly schema: StandardSchema | undefined;
  readonly cookieName: string;
  readonly anonymousCookieName: string;
}
