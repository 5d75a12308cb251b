// What the tests of the flows stand on: accounts, sessions and flows over memory stores and one fake
// clock, a mailer that keeps what it is given, and visitors with a real cookie jar.

import type { AccountEvent } from '../../src/accounts/account-events.js';
import type { AccountStore } from '../../src/accounts/account-store.js';
import type { Account } from '../../src/accounts/account.js';
import { rowOf } from '../../src/accounts/account-document.js';
import { createAccounts, type Accounts } from '../../src/accounts/accounts.js';
import type { AccountsOptions } from '../../src/accounts/accounts-options.js';
import type { Mail, Mailer } from '../../src/accounts/mailer.js';
import { memoryOneTimeStore } from '../../src/accounts/one-time-memory.js';
import type { OneTimeStore } from '../../src/accounts/one-time-store.js';
import type { Throttle } from '../../src/accounts/throttle.js';
import { withSession } from '../../src/adapters/fetch.js';
import { createFlows, type Flows, type FlowsOptions } from '../../src/flows/flows.js';
import type { AddressLook } from '../../src/flows/link-token.js';
import type { MailOptions } from '../../src/flows/mail-options.js';
import type { ResetLook } from '../../src/flows/reset.js';
import type { Visit } from '../../src/flows/visit.js';
import { createSessions, type Session, type Sessions } from '../../src/index.js';
import type { PolicyOptions } from '../../src/session/policy.js';
import type { SessionStore } from '../../src/session/store.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.js';
import {
  KEYS,
  makeAccount,
  PASSWORD,
  storedAccount,
  TransparentHasher,
} from '../accounts/fixture.js';

export { KEYS, NEXT, PASSWORD } from '../accounts/fixture.js';

export const MINUTE = 60_000;
export const ORIGIN = 'https://shop.example';
export const ADDRESS = 'ada@example.org';

/** Who makes a request, as the server sees it. */
export interface Client {
  /** The network address. Default `192.0.2.7`. */
  readonly address?: string;
  readonly userAgent?: string;
}

export interface World {
  readonly clock: FakeClock;
  readonly accountStore: AccountStore;
  readonly oneTime: OneTimeStore;
  readonly hasher: TransparentHasher;
  readonly sessions: Sessions<Record<string, never>>;
  readonly accounts: Accounts;
  readonly flows: Flows;
  readonly events: AccountEvent[];
  /** All that were sent, in their order. Await `settled` first. */
  readonly mails: Mail[];
  /** A browser that nobody has used yet. */
  readonly visitor: (client?: Client) => Visitor;
  /** An account put into the store past the verbs: with `ADDRESS`, verified, and `PASSWORD`. */
  readonly addAccount: (fields?: Partial<Account>) => Promise<Account>;
  /** The account as it is stored. */
  readonly stored: (userId: string) => Promise<Account>;
  /** Waits for the background, and gives the mails of this kind. */
  readonly mailed: (kind: string) => Promise<readonly Mail[]>;
  /** The token in the newest mail of this kind. */
  readonly tokenOf: (kind: string) => Promise<string>;
}

export interface WorldOptions {
  readonly accounts?: Partial<AccountsOptions>;
  /** `mail: undefined` for flows without a mailer. */
  readonly flows?: Partial<Omit<FlowsOptions, 'mail'>> & {
    readonly mail?: MailOptions | undefined;
  };
  readonly mailer?: Mailer;
  /** Default: in memory. */
  readonly sessionStore?: SessionStore;
  /** Of the sessions. */
  readonly policy?: PolicyOptions;
  /** Default: in memory. */
  readonly throttle?: (clock: FakeClock) => Throttle;
  /** What the clock says first, in epoch milliseconds: the machine's time, where a server keeps its own. */
  readonly startAt?: number;
}

export function createWorld(options: WorldOptions = {}): World {
  const clock = createFakeClock(options.startAt);
  const accountStore: AccountStore = options.accounts?.store ?? memoryAccountStore();
  const hasher = new TransparentHasher();
  const events: AccountEvent[] = [];
  const mails: Mail[] = [];
  const sessions = createSessions<Record<string, never>>({
    store: options.sessionStore ?? memoryStore({ clock }),
    keys: [...KEYS],
    clock,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
  });
  const accounts = createAccounts({
    store: accountStore,
    hasher,
    keys: KEYS,
    clock,
    on: (event) => void events.push(event),
    ...(options.throttle === undefined ? {} : { throttle: options.throttle(clock) }),
    ...options.accounts,
  });
  const mailer: Mailer = options.mailer ?? {
    send: async (mail) => void mails.push(mail),
  };
  const given = {
    mail: { mailer, origin: ORIGIN },
    oneTime: memoryOneTimeStore(),
    ...options.flows,
  };
  const { mail, ...rest } = given;
  const flows = createFlows({
    sessions,
    accounts,
    serviceName: 'Example Shop',
    ...rest,
    ...(mail === undefined ? {} : { mail }),
  });
  const mailed = async (kind: string): Promise<readonly Mail[]> => {
    await flows.settled();
    return mails.filter((each) => each.kind === kind);
  };
  return {
    clock,
    accountStore,
    oneTime: rest.oneTime,
    hasher,
    sessions,
    accounts,
    flows,
    events,
    mails,
    visitor: (client) => new Visitor(sessions, client),
    async addAccount(fields = {}) {
      const account = makeAccount({
        addresses: [addressRecord(ADDRESS)],
        password: passwordRecord(),
        ...fields,
      });
      const outcome = await accountStore.create(rowOf(account));
      if (outcome !== 'ok') throw new Error(`not added: ${outcome}`);
      return account;
    },
    stored: (userId) => storedAccount(accountStore, userId),
    mailed,
    async tokenOf(kind) {
      const token = tokenIn((await mailed(kind)).at(-1));
      if (token === undefined) throw new Error(`No mail of kind ${kind} was sent`);
      return token;
    },
  };
}

const CREATED_AT = 1_767_225_600_000;

/** @param verifiedAt `null` for one whose owner did not follow the link yet */
export function addressRecord(
  address: string,
  verifiedAt: number | null = CREATED_AT,
): Account['addresses'][number] {
  return { address, canonical: address.toLowerCase(), addedAt: CREATED_AT, verifiedAt };
}

export function passwordRecord(password: string = PASSWORD): NonNullable<Account['password']> {
  return {
    phc: `1:${password}`,
    changedAt: CREATED_AT,
    version: 1,
    standsAlone: true,
    closed: null,
  };
}

export function tokenIn(mail: Mail | undefined): string | undefined {
  return mail === undefined ? undefined : /\?token=([\w-]+)/.exec(mail.text)?.[1];
}

/** What the page of a link shows to a visitor, by the verb of these flows. */
export function look(
  world: World,
  by: 'signUp' | 'reset' | 'addresses',
  token: string,
): Promise<AddressLook | ResetLook> {
  return world
    .visitor()
    .visit<AddressLook | ResetLook>((visit) => world.flows[by].look(visit, { token }));
}

/** What one request came to. */
export interface Exchange<Result> {
  readonly result: Result;
  readonly status: number;
  /** The Set-Cookie fields. */
  readonly cookies: readonly string[];
  readonly headers: Headers;
}

/** What a request can have besides the cookies. */
export interface Sent {
  /** Where the browser, or whoever it is, believes to be. Default the shop. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody with a browser: whatever cookies responses set come back with the next request. */
export class Visitor {
  readonly jar = new Map<string, string>();
  readonly #sessions: Sessions<Record<string, never>>;
  readonly #client: Client;

  constructor(sessions: Sessions<Record<string, never>>, client: Client = {}) {
    this.#sessions = sessions;
    this.#client = client;
  }

  /** One request, in which `verb` runs; what it gave. */
  async visit<Result>(verb: (visit: Visit) => Result | Promise<Result>): Promise<Result> {
    return (await this.send(verb)).result;
  }

  /** One request from check to commit, through the adapter for Web requests. Throws what `verb` throws. */
  async send<Result>(
    verb: (visit: Visit, session: Session<Record<string, never>>) => Result | Promise<Result>,
    { url = `${ORIGIN}/`, headers = {} }: Sent = {},
  ): Promise<Exchange<Result>> {
    const { address = '192.0.2.7', userAgent } = this.#client;
    const outcomes: Result[] = [];
    const errors: unknown[] = [];
    const handle = withSession(
      this.#sessions,
      { origins: [ORIGIN], address: () => address, onError: () => undefined },
      async (request, { session }) => {
        const written = new Headers();
        try {
          outcomes.push(await verb({ session, request, response: written }, session));
        } catch (error) {
          errors.push(error);
          throw error;
        }
        return new Response(null, { headers: written });
      },
    );
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const request = new Request(url, {
      method: 'POST',
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(cookie === '' ? {} : { cookie }),
        ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
        ...headers,
      },
    });
    const response = await handle(request);
    for (const error of errors) throw error;
    const cookies = response.headers.getSetCookie();
    for (const field of cookies) this.#keep(field);
    const [result] = outcomes;
    if (outcomes.length === 0) throw new Error(`refused with ${response.status}`);
    return {
      result: result as Result,
      status: response.status,
      cookies,
      headers: response.headers,
    };
  }

  /** Who is signed in here, as the next request is told. */
  async userId(): Promise<string | null> {
    return this.visit(({ session }) => session.userId);
  }

  /** The kinds of factors in the session. */
  async factors(): Promise<readonly string[]> {
    return this.visit(({ session }) => session.factors.map(({ kind }) => kind));
  }

  /** A session of this user, past the flows. */
  async signInAs(userId: string, factors: readonly string[] = ['password']): Promise<void> {
    const { result } = await this.send((_, session) => session.signIn(userId, { factors }));
    if (!result.ok) throw new Error(`not signed in: ${result.reason}`);
  }

  #keep(field: string): void {
    const [pair = '', ...attributes] = field.split('; ');
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    if (attributes.includes('Max-Age=0')) this.jar.delete(name);
    else this.jar.set(name, pair.slice(equals + 1));
  }
}
