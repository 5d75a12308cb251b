// The way of one request, whatever server it came through: origin check first, then the client's
// address, then the session; at the end the commit and its cookies. Writes every Set-Cookie there is.
// Knows no response: adapters carry out what is decided here.

import type { CookieScope } from '../cookie/attributes.js';
import { deleteCookie, setCookie, type CookieTarget } from '../cookie/response.js';
import type { CsrfCheck } from '../csrf/check.js';
import { CSRF_RULES, type CsrfRule } from '../csrf/rule.js';
import { CountersignError, misconfigured } from '../errors.js';
import type { CookieChange } from '../session/outgoing-cookies.js';
import type { Client } from '../session/record.js';
import type { Commit } from '../session/commit.js';
import type { RequestSession } from '../session/request-session.js';
import type { Sessions } from '../session/sessions.js';
import type { Awaitable } from '../waiting.js';
import type { ExchangeRequest } from './exchange-request.js';
import { createFailureReport } from './failure-report.js';
import type { HttpConfig } from './options.js';
import { describePlainHttp } from './plain-http.js';
import { type Refusal, Refusals } from './refusal.js';

/** A commit that succeeded: what the response has to carry. */
export type Settled = Extract<Commit, { ok: true }>;

/** What is needed of a session to send its response. */
export type Committable = Pick<
  RequestSession<unknown>,
  'commit' | 'freeze' | 'needsCommit' | 'wasRead'
>;

/** The value of that header after a sign-out that asked for it (A63). */
export const CLEAR_SITE_DATA = '"cache", "cookies", "storage"';

const REMEDY = 'Pass it first, and the options after it';
const MOST_ADDRESSES = 4_096;
/** Notes that were printed, so that two adapters over one construction do not say them twice. */
const printed = new Set<string>();

export class Exchange<Data> {
  readonly #sessions: Sessions<Data>;
  readonly #csrf: CsrfCheck | undefined;
  readonly #config: HttpConfig;
  readonly #attributes: CookieScope;
  readonly #refusals: Refusals;
  readonly #report: (error: unknown) => void;
  readonly #addresses = new Map<string, string | null>();
  #hasWarned = false;

  /** Prints the start-up notes of the sessions and the options, once. */
  constructor(sessions: Sessions<Data>, config: HttpConfig) {
    if (typeof sessions?.check !== 'function')
      throw misconfigured('sessions', 'is not what createSessions gives', REMEDY);
    this.#sessions = sessions;
    this.#config = config;
    this.#csrf = config.csrf;
    this.#attributes = sessions.cookies.attributes;
    this.#report = createFailureReport(sessions.clock, config.onError);
    this.#refusals = new Refusals({
      page: config.refusalPage,
      disclose: process.env['NODE_ENV'] === 'development',
    });
    for (const note of [...sessions.notes, ...config.notes]) print(note);
  }

  /** The session of a request, or the answer in its place. Never throws or rejects. */
  open(request: ExchangeRequest): Awaitable<RequestSession<Data> | Refusal> {
    // Before anything else: a forged request must not even touch the session (F13, F14, F22).
    const verdict = this.#csrf?.check(request, request);
    if (verdict?.allowed === false) {
      if (this.#config.tellsForged) print(describeForged(verdict.rule));
      return this.#refusals.forged(verdict.rule);
    }
    try {
      const session = this.#sessions.check(request.cookie, this.#clientOf(request));
      return session instanceof Promise
        ? session.catch((error: unknown) => this.refuse(error))
        : session;
    } catch (error) {
      return this.refuse(error);
    }
  }

  /**
   * Stores what the handler staged. Never throws or rejects; once it has begun, it runs to its end.
   * @param status of the response: from 500 on, staged data is dropped
   */
  commit(
    session: Committable,
    request: ExchangeRequest,
    status: number,
  ): Awaitable<Settled | Refusal> {
    try {
      const commit = session.commit({ status });
      if (!(commit instanceof Promise)) return this.#settle(commit, request);
      return commit.then(
        (settled) => this.#settle(settled, request),
        (error: unknown) => this.#salvage(session, error),
      );
    } catch (error) {
      return this.#salvage(session, error);
    }
  }

  /** Writes the cookies of a commit or a refusal, each name once (D7). */
  writeCookies(target: CookieTarget, cookies: readonly CookieChange[]): void {
    const attributes = this.#attributes;
    for (const { name, value, maxAge } of cookies) {
      if (value === null) deleteCookie(target, name, attributes);
      else setCookie(target, name, value, { ...attributes, maxAge });
    }
  }

  /** The client's address, behind the proxies that are believed; `null` when it is not known. */
  addressOf(request: ExchangeRequest): string | null {
    const { addresses, trustsProxy } = this.#config;
    if (trustsProxy) return addresses.address(request) ?? null;
    const remote = request.remoteAddress;
    if (remote === undefined) return null;
    let address = this.#addresses.get(remote);
    if (address === undefined) {
      address = addresses.address(request) ?? null;
      if (this.#addresses.size >= MOST_ADDRESSES) this.#addresses.clear();
      this.#addresses.set(remote, address);
    }
    return address;
  }

  /** The answer to an error, which is also reported if it is the server's fault. */
  refuse(error: unknown, cookies?: readonly CookieChange[]): Refusal {
    const refusal = this.#refusals.failed(error, cookies);
    if (refusal.status >= 500) this.#report(error);
    return refusal;
  }

  #clientOf(request: ExchangeRequest): Client {
    return { userAgent: request.userAgent, address: this.addressOf(request) };
  }

  #settle(commit: Commit, request: ExchangeRequest): Settled | Refusal {
    if (commit.cookies.length > 0) this.#lookAtTransport(request);
    if (commit.ok) return commit;
    const ended = new CountersignError('session-ended', 'The session ended during the request');
    return this.refuse(ended, commit.cookies);
  }

  /** A store that failed on staged data takes no sign-in back that it had stored before. */
  async #salvage(session: Committable, error: unknown): Promise<Refusal> {
    try {
      const { cookies } = await session.commit({ status: 503 });
      return this.refuse(error, cookies);
    } catch {
      return this.refuse(error);
    }
  }

  #lookAtTransport(request: ExchangeRequest): void {
    if (this.#hasWarned || this.#attributes.secure === false) return;
    const { addresses, trustsProxy } = this.#config;
    const warning = describePlainHttp(request, { secure: addresses.secure(request), trustsProxy });
    if (warning === undefined) return;
    this.#hasWarned = true;
    process.emitWarning(warning, 'CountersignWarning');
  }
}

/** For whoever wonders about a 403, once for each rule: the client is not told why. */
function describeForged(rule: CsrfRule): string {
  return `A request was refused as forged: ${CSRF_RULES[rule]} (rule ${rule}; later ones of this rule are not told. Set csrf.onRefusal to hear of each)`;
}

function print(note: string): void {
  if (printed.has(note)) return;
  printed.add(note);
  process.emitWarning(note, 'CountersignWarning');
}
