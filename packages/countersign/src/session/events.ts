// What happens to sessions, told to the application as it happens: for logs, metrics, notices and
// alarms (A37, A68-A75; ASVS 16.3). Events carry session ids, which are public, and never a token.

import { tellListener } from '../listener.js';
import type { Client, SessionId } from './record.js';

/** Why a session ended. */
export type EndReason =
  | 'signed-out'
  | 'idle'
  | 'absolute'
  | 'replaced'
  | 'reuse'
  | 'limit'
  | 'another-user'
  | 'signed-in'
  | 'ended-by-user'
  | 'ended-by-application';

export interface SessionEvent {
  readonly id: SessionId;
  readonly userId: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface EndedEvent extends SessionEvent {
  readonly reason: EndReason;
}

export interface SignedInEvent extends SessionEvent {
  readonly userId: string;
  readonly factors: readonly string[];
  readonly client: Client;
  /** The session this one replaces, after a re-authentication. */
  readonly replaces: SessionId | null;
}

export interface UnknownTokenEvent {
  /** `malformed`: not a token. `forged`: a token's shape, but never made here. */
  readonly kind: 'malformed' | 'forged';
  readonly client: Client;
  readonly at: number;
}

export interface AnomalyEvent {
  /**
   * `duplicate-cookie`: the session cookie came more than once. `user-agent-changed`: a renewed
   * secret came back from another browser than the session began in. `listener-failed`: a listener
   * of these events threw.
   */
  readonly kind: 'duplicate-cookie' | 'user-agent-changed' | 'listener-failed';
  readonly id: SessionId | null;
  readonly client: Client;
  readonly at: number;
  readonly cause?: unknown;
}

/** Listeners, all optional. One that throws or rejects never disturbs a request: `anomaly` tells of it. */
export interface SessionListener {
  /** An anonymous session came into being. */
  readonly created?: (event: SessionEvent) => void;
  /** A user signed in or authenticated again. */
  readonly signedIn?: (event: SignedInEvent) => void;
  /** A successor secret was presented for the first time. */
  readonly renewed?: (event: SessionEvent) => void;
  /** A secret was presented that had been superseded: a copy is about. The session has ended. */
  readonly reuseDetected?: (event: SessionEvent & { readonly client: Client }) => void;
  /** A session ended. Endings by another process are told there, not here. */
  readonly ended?: (event: EndedEvent) => void;
  /** Everyone's sessions ended together. */
  readonly everyoneEnded?: (event: { readonly at: number }) => void;
  /** A token was presented that this key ring never made. */
  readonly unknownToken?: (event: UnknownTokenEvent) => void;
  readonly anomaly?: (event: AnomalyEvent) => void;
}

/** What can be listened to. */
export const EVENT_NAMES: readonly (keyof SessionListener)[] = [
  'created',
  'signedIn',
  'renewed',
  'reuseDetected',
  'ended',
  'everyoneEnded',
  'unknownToken',
  'anomaly',
];

/** Who asks when nobody is known. */
export const NO_CLIENT: Client = { userAgent: null, address: null };

/**
 * A listener whose functions are all there and never throw: a failing one is told to `anomaly`, and a
 * failing `anomaly` becomes a process warning.
 */
export function guardListener(
  listener: SessionListener,
  now: () => number,
): Required<SessionListener> {
  const guard =
    <E>(handle: ((event: E) => void) | undefined) =>
    (event: E): void =>
      tellListener(handle, event, (cause) => reportFailure(listener, now(), cause));
  return {
    created: guard(listener.created),
    signedIn: guard(listener.signedIn),
    renewed: guard(listener.renewed),
    reuseDetected: guard(listener.reuseDetected),
    ended: guard(listener.ended),
    everyoneEnded: guard(listener.everyoneEnded),
    unknownToken: guard(listener.unknownToken),
    anomaly: guard(listener.anomaly),
  };
}

function reportFailure(listener: SessionListener, at: number, cause: unknown): void {
  if (listener.anomaly === undefined) {
    warn(cause);
    return;
  }
  const event = { kind: 'listener-failed', id: null, client: NO_CLIENT, at, cause } as const;
  tellListener(listener.anomaly, event, warn);
}

function warn(cause: unknown): void {
  process.emitWarning(`A session event listener failed: ${String(cause)}`, 'CountersignWarning');
}
