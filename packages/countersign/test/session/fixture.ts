// What the session tests stand on: sessions over a real memory store with a clock moved by hand, a
// record of events, and a browser reduced to the cookies it keeps.

import {
  createSessions,
  type Commit,
  type CookieChange,
  type RequestSession,
  type Session,
  type Sessions,
  type SessionsOptions,
  type SessionStore,
} from '../../src/index.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createFakeClock, type FakeClock } from '../../src/testing/index.js';

export const KEY = 'an-example-key-of-more-than-32-bytes-0123456789';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface Data {
  a: string;
  b: number;
  cart: string[];
  note: string;
}

export interface Fixture {
  readonly sessions: Sessions<Data>;
  readonly clock: FakeClock;
  /** Events as short words, such as `ended signed-out`. */
  readonly events: string[];
  readonly browser: (userAgent?: string) => Browser;
}

/** Some verbs of a store replaced, the others as they are. */
export type Overrides = (inner: SessionStore) => Partial<SessionStore>;

export function createFixture({
  override,
  ...options
}: Partial<SessionsOptions<Data>> & { override?: Overrides } = {}): Fixture {
  const clock = createFakeClock();
  const inner = memoryStore({ clock });
  const events: string[] = [];
  const sessions = createSessions<Data>({
    store: { ...everyVerb(inner), ...override?.(inner) },
    keys: [KEY],
    clock,
    on: {
      created: () => events.push('created'),
      signedIn: (event) => events.push(`signed-in ${event.factors.join('+')}`.trim()),
      renewed: () => events.push('renewed'),
      reuseDetected: () => events.push('reuse'),
      ended: (event) => events.push(`ended ${event.reason}`),
      everyoneEnded: () => events.push('everyone'),
      unknownToken: (event) => events.push(`unknown ${event.kind}`),
      anomaly: (event) => events.push(`anomaly ${event.kind}`),
    },
    ...options,
  });
  return { sessions, clock, events, browser: (userAgent) => new Browser(sessions, userAgent) };
}

function everyVerb(inner: SessionStore): SessionStore {
  return {
    remote: inner.remote,
    read: (id, options) => inner.read(id, options),
    epoch: (userId) => inner.epoch(userId),
    insert: (record, guard) => inner.insert(record, guard),
    patch: (id, change, guard) => inner.patch(id, change, guard),
    renew: (id, from, to) => inner.renew(id, from, to),
    bind: (id, from, to) => inner.bind(id, from, to),
    touch: (batch) => inner.touch(batch),
    end: (ids) => inner.end(ids),
    endUser: (userId, options) => inner.endUser(userId, options),
    changeEpoch: (userId) => inner.changeEpoch(userId),
    endEveryone: () => inner.endEveryone(),
    list: (userId) => inner.list(userId),
    sweep: (limit) => inner.sweep(limit),
    close: () => inner.close(),
  };
}

/** Keeps cookies as a browser does: the last one received wins. */
export class Browser {
  readonly jar = new Map<string, string>();
  readonly #sessions: Sessions<Data>;
  readonly #userAgent: string | null;

  constructor(sessions: Sessions<Data>, userAgent?: string) {
    this.#sessions = sessions;
    this.#userAgent = userAgent ?? null;
  }

  get header(): string | undefined {
    const pairs = [...this.jar].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  /** The token of the signed-in session. */
  get token(): string {
    return this.jar.get('__Host-id') ?? '';
  }

  set token(value: string) {
    this.jar.set('__Host-id', value);
  }

  async send(): Promise<RequestSession<Data>> {
    return this.#sessions.check(this.header, { userAgent: this.#userAgent, address: null });
  }

  /** One whole request: check, handler, commit, cookies kept. */
  async visit(
    handle: (session: Session<Data>) => unknown = () => undefined,
    status = 200,
  ): Promise<RequestSession<Data>> {
    const session = await this.send();
    await handle(session);
    this.receive(await session.commit({ status }));
    return session;
  }

  async signIn(userId = 'user-1'): Promise<void> {
    await this.visit(async (session) => session.signIn(userId, { factors: ['password'] }));
  }

  receive(commit: Commit): readonly CookieChange[] {
    for (const cookie of commit.cookies) {
      if (cookie.value === null) this.jar.delete(cookie.name);
      else this.jar.set(cookie.name, cookie.value);
    }
    return commit.cookies;
  }

  /** Lets time pass while the browser asks for a page every minute. */
  async browse(clock: FakeClock, minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.advance(MINUTE);
      await this.visit();
    }
  }
}
