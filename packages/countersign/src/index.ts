// `countersign`: sessions. Stores, adapters and cookies have entries of their own.

export { systemClock } from './clock.js';
export type { Cancel, Clock, TimerOptions } from './clock.js';
export { createKeyRing } from './crypto/key-ring.js';
export type { KeyRing, RingKey, SecretKey } from './crypto/key-ring.js';
export { CountersignError, ERROR_TABLE } from './errors.js';
export type { ErrorCode } from './errors.js';
export type { Duration } from './duration.js';
export type { Awaitable } from './waiting.js';
export type {
  AnomalyEvent,
  EndedEvent,
  EndReason,
  SessionEvent,
  SessionListener,
  SignedInEvent,
  UnknownTokenEvent,
} from './session/events.js';
export type { Explanation, Outcome } from './session/explanation.js';
export type { FreshnessOptions } from './session/freshness.js';
export type { Policy, PolicyOptions } from './session/policy.js';
export { RECORD_FORMAT } from './session/record.js';
export type {
  Client,
  Factor,
  PendingSecret,
  PreviousSecret,
  RenewalState,
  SessionId,
  SessionRecord,
} from './session/record.js';
export type { Register, RegisteredData } from './session/register.js';
export type { CookieChange } from './session/outgoing-cookies.js';
export type { Commit } from './session/commit.js';
export type { RequestSession } from './session/request-session.js';
export type { SessionCookieOptions, SessionCookies } from './session/session-cookie.js';
export type {
  DeepReadonly,
  ReauthenticationOptions,
  Session,
  SessionData,
  SessionSummary,
  SignInOptions,
  SignInRefusal,
  SignInResult,
  SignOutOptions,
} from './session/session.js';
export { isThisMachine } from './this-machine.js';
export { createSessions } from './session/sessions.js';
export type { Sessions, SessionsOptions } from './session/sessions.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './session/standard-schema.js';
export { mergeData } from './session/data.js';
export type {
  DataChange,
  Epoch,
  InsertGuard,
  InsertResult,
  SessionStore,
  StoreListener,
  SubscribeOptions,
  Touch,
} from './session/store.js';
