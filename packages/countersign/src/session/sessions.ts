// `createSessions`: the one construction. It checks every option, puts the parts together, and gives
// the verbs that are not about one request: listing and ending by user, and of everyone.

import type { Clock } from '../clock.js';
import { createKeyRing, type SecretKey } from '../crypto/key-ring.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { boundStore } from './bounded-store.js';
import { checkRequest } from './check.js';
import { clockFrom } from '../clock-option.js';
import type { Awaitable } from '../waiting.js';
import type { SessionContext } from './context.js';
import { announceEnded } from './ending.js';
import { EVENT_NAMES, guardListener, NO_CLIENT, type SessionListener } from './events.js';
import { KnownTags } from './known-tags.js';
import { endOne, listSessions } from './listing.js';
import { createPolicy, type Policy, type PolicyOptions } from './policy.js';
import type { Client, SessionId } from './record.js';
import type { RegisteredData } from './register.js';
import type { RequestSession } from './request-session.js';
import {
  createSessionCookies,
  type SessionCookieOptions,
  type SessionCookies,
} from './session-cookie.js';
import type { SessionSummary } from './session.js';
import { SessionWatch } from './session-watch.js';
import { assertUserId } from './sign-in.js';
import type { StandardSchema } from './standard-schema.js';
import type { SessionStore } from './store.js';
import { TouchQueue } from './touch-queue.js';
import { UpdateQueue } from './update-queue.js';

export interface SessionsOptions<Data> {
  /** Where sessions are kept: `memoryStore()`, `sqliteStore(…)` or another one. */
  readonly store: SessionStore;
  /** Secrets of at least 32 bytes, newest first. The first one writes, all of them read. */
  readonly keys: readonly (SecretKey | undefined)[];
  /** Names and attributes of the session cookies. */
  readonly cookie?: SessionCookieOptions;
  /** Timeouts, renewal and limits. */
  readonly policy?: PolicyOptions;
  /** A Standard Schema (zod, valibot, arktype …) that checks session data when it is changed. */
  readonly data?: StandardSchema<Data>;
  /** Listeners for what happens to sessions. */
  readonly on?: SessionListener;
  /** Keeps two applications with the same keys apart. Default `countersign`. */
  readonly namespace?: string;
  /** Default: the machine's clock. Tests pass one that they move by hand. */
  readonly clock?: Clock;
}

export interface Sessions<Data> {
  /** Names and attributes of the session cookies. */
  readonly cookies: SessionCookies;
  /** The policy in force, in milliseconds. */
  readonly policy: Policy;
  readonly clock: Clock;
  /** What an operator should know of this configuration; adapters print it at start. */
  readonly notes: readonly string[];
  /**
   * The session of a request. Answers at once when the store does and nothing has to be stored.
   * @param cookieHeader the Cookie header as one string; `null` or `undefined` for none
   * @param client who asks, kept with a session that this request creates; of a user agent no more
   *   than 512 characters
   * @throws CountersignError `store-unavailable`; what a client sends never throws
   */
  check(cookieHeader: string | null | undefined, client?: Client): Awaitable<RequestSession<Data>>;
  /** A user's live sessions, newest first. */
  list(userId: string): Promise<readonly SessionSummary[]>;
  /** Ends one session; false when there is none with this id. */
  end(id: SessionId): Promise<boolean>;
  /** Ends all sessions of a user, and refuses sign-ins that began before; how many it were. */
  endUser(userId: string, options?: { readonly except?: SessionId }): Promise<number>;
  /**
   * Refuses sign-ins of a user that began before, and ends nothing. For a change of a credential after
   * which the user's sessions may go on: write the change first, then call this.
   */
  refuseEarlierSignIns(userId: string): Promise<void>;
  /** Ends every session there is, and refuses sign-ins that began before. */
  endEveryone(): Promise<void>;
  /** Stores what is still to be stored and closes the store. */
  close(): Promise<void>;
}

const OPTION_NAMES: readonly (keyof SessionsOptions<unknown>)[] = [
  'store',
  'keys',
  'cookie',
  'policy',
  'data',
  'on',
  'namespace',
  'clock',
];

/**
 * Puts session handling together.
 * @throws CountersignError `configuration` for any option that is wrong, with the remedy
 */
export function createSessions<Data = RegisteredData>(
  options: SessionsOptions<Data>,
): Sessions<Data> {
  assertOptions(options);
  const clock = clockFrom(options.clock);
  const policy = createPolicy(options.policy);
  const cookies = createSessionCookies(options.cookie);
  const ring = createKeyRing(options.keys);
  const store = boundStore(options.store, policy.storeTimeout, clock);
  const touches = new TouchQueue(store, clock, policy.touch);
  const mint = { ring, namespace: options.namespace ?? 'countersign' };
  const context: SessionContext = {
    store,
    mint,
    tags: new KnownTags(mint),
    policy,
    clock,
    events: guardListener(options.on ?? {}, () => clock.now()),
    touches,
    updates: new UpdateQueue(clock),
    watch: new SessionWatch(store, touches, { policy, clock }),
    schema: options.data,
    cookieName: cookies.name,
    anonymousCookieName: cookies.anonymousName,
  };
  return {
    cookies,
    policy,
    clock,
    notes: cookies.notes,
    check: (cookieHeader, client = NO_CLIENT) =>
      checkRequest<Data>(context, cookieHeader, shortened(client)),
    ...verbs(context),
  };
}

/** It is kept with every session, and a header may have 16 kB, which browsers' own never come near. */
const LONGEST_USER_AGENT = 512;

function shortened(client: Client): Client {
  const { userAgent } = client;
  if (userAgent === null || userAgent.length <= LONGEST_USER_AGENT) return client;
  return { ...client, userAgent: userAgent.slice(0, LONGEST_USER_AGENT) };
}

type Verbs = Omit<Sessions<unknown>, 'cookies' | 'policy' | 'clock' | 'notes' | 'check'>;

function verbs(context: SessionContext): Verbs {
  const { store, clock, events, watch, touches } = context;
  return {
    async list(userId) {
      return listSessions(context, userId, null);
    },
    async end(id) {
      return endOne(context, id, {});
    },
    async endUser(userId, options = {}) {
      assertUserId(userId);
      const ended = await store.endUser(userId, options);
      announceEnded(context, ended, userId, 'ended-by-application');
      return ended.length;
    },
    async refuseEarlierSignIns(userId) {
      assertUserId(userId);
      await store.changeEpoch(userId);
    },
    async endEveryone() {
      await store.endEveryone();
      watch.everyoneEnded();
      events.everyoneEnded({ at: clock.now() });
    },
    async close() {
      watch.close();
      try {
        await touches.flush();
      } finally {
        await store.close();
      }
    },
  };
}

function assertOptions<Data>(options: SessionsOptions<Data>): void {
  assertOptionNames('', options ?? null, OPTION_NAMES);
  assertOptionNames('on', options.on, EVENT_NAMES);
  const { store, namespace, data, on = {} } = options;
  for (const name of EVENT_NAMES) {
    const listener: unknown = on[name];
    if (listener !== undefined && typeof listener !== 'function')
      throw misconfigured(`on.${name}`, 'is not a function', 'Pass a function, or leave it out');
  }
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace === ''))
    throw misconfigured(
      'namespace',
      'is not a name',
      "Write a text such as 'shop', or leave it out",
    );
  if (data !== undefined && typeof data?.['~standard']?.validate !== 'function')
    throw misconfigured('data', 'is not a Standard Schema', 'Pass one of zod, valibot or arktype');
  if (typeof store?.read !== 'function') {
    throw misconfigured(
      'store',
      'is not a session store',
      "Pass memoryStore() from 'countersign/stores/memory', or another store",
    );
  }
}
