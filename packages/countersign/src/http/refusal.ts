// What is answered instead of the application's response: 403 for a forged request, 503 for a store
// that is down, 401 for a session that ended while its request ran. Values, the same for every adapter.

import { CSRF_RULES, type CsrfRule } from '../csrf/rule.js';
import { CountersignError, type ErrorCode } from '../errors.js';
import type { CookieChange } from '../session/outgoing-cookies.js';

/** Why a request or its response was refused: a rule of the CSRF check, or an error's code. */
export type RefusalReason = CsrfRule | ErrorCode | 'unexpected';

/** What a page about a refusal may be made of. Nothing here came from the client. */
export interface RefusalFacts {
  /** 401, 403, 500 or 503. */
  readonly status: number;
  readonly reason: RefusalReason;
  /** One sentence for a developer. */
  readonly message: string;
}

export interface RefusalBody {
  /** Such as `text/html; charset=utf-8`. */
  readonly type: string;
  readonly body: string;
}

/** Makes the body of a refusal. What it throws is dropped, and the plain text is sent. */
export type RefusalPage = (facts: RefusalFacts) => RefusalBody;

/** An answer, ready to be sent by any adapter. */
export class Refusal {
  readonly status: number;
  readonly reason: RefusalReason;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Cookies of sign-ins and sign-outs that have happened already. None for a refused request (F22). */
  readonly cookies: readonly CookieChange[];

  constructor(facts: RefusalFacts, page: RefusalBody, cookies: readonly CookieChange[]) {
    this.status = facts.status;
    this.reason = facts.reason;
    this.body = page.body;
    this.cookies = cookies;
    this.headers = {
      'Cache-Control': 'no-store',
      'Content-Type': page.type,
      ...(facts.status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
    };
  }
}

/** Long enough for a store to fail over or restart, short enough that nobody reloads by hand first. */
const RETRY_AFTER_SECONDS = '5';

const TITLES: ReadonlyMap<number, string> = new Map([
  [401, 'The session has ended. Sign in again.'],
  [403, 'Forbidden'],
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable. Try again in a moment.'],
]);

/** Makes refusals with the application's page, or in plain text. */
export class Refusals {
  readonly #page: RefusalPage | undefined;
  readonly #disclose: boolean;

  /** @param options `disclose`: plain text says which rule refused, for development (F22) */
  constructor(options: { readonly page: RefusalPage | undefined; readonly disclose: boolean }) {
    this.#page = options.page;
    this.#disclose = options.disclose;
  }

  /** The CSRF check refused the request. */
  forged(rule: CsrfRule): Refusal {
    return this.#make({ status: 403, reason: rule, message: CSRF_RULES[rule] }, []);
  }

  /** Something failed. Errors that are not this library's are a 500 and say nothing of themselves. */
  failed(error: unknown, cookies: readonly CookieChange[] = []): Refusal {
    if (!(error instanceof CountersignError)) {
      const message = 'An error that was not expected.';
      return this.#make({ status: 500, reason: 'unexpected', message }, cookies);
    }
    const { status, code, message } = error;
    return this.#make({ status, reason: code, message }, cookies);
  }

  #make(facts: RefusalFacts, cookies: readonly CookieChange[]): Refusal {
    return new Refusal(facts, this.#bodyOf(facts), cookies);
  }

  #bodyOf(facts: RefusalFacts): RefusalBody {
    const title = TITLES.get(facts.status) ?? 'Error';
    const plain = {
      type: 'text/plain; charset=utf-8',
      body: this.#disclose ? `${title}\n${facts.reason}: ${facts.message}\n` : `${title}\n`,
    };
    try {
      return this.#page?.(facts) ?? plain;
    } catch {
      return plain;
    }
  }
}
