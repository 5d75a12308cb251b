// A screen that asks a service of breached passwords by k-anonymity: it is told five of the forty digits of
// the password's SHA-1, and answers with every hash that begins so. The protocol of Pwned Passwords
// (haveibeenpwned.com API v3, "range"). ASVS 6.2.12, G31.

import { clockFrom } from '../clock-option.js';
import type { Clock } from '../clock.js';
import { sha1Hex } from '../crypto/digest.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { readUrl } from '../read-url.js';
import { bounded } from '../waiting.js';
import {
  LONGEST_SCREEN_MS,
  screenPatience,
  type PasswordScreen,
  type PasswordScreenAnswer,
} from './password-screen.js';
import { isThisMachine } from '../this-machine.js';

export interface BreachCheckOptions {
  /** The part of the address before the five digits. Default `https://api.pwnedpasswords.com/range/`. */
  readonly url?: string;
  /** How long a new password waits for the answer. Default 1,000, 60,000 at most. */
  readonly timeoutMs?: number;
  /** Default: Node's. One of your own can go through a proxy. */
  readonly fetch?: typeof fetch;
  /** Where the time-out comes from. Default: the machine's clock. */
  readonly clock?: Clock;
}

const OPTION_NAMES: readonly (keyof BreachCheckOptions)[] = ['url', 'timeoutMs', 'fetch', 'clock'];
const PREFIX_DIGITS = 5;
/** A padded answer has some 1,000 lines of 40 characters; this is ten times as much. */
const MOST_BYTES = 400_000;

/** Thirty-five digits, and in how many breaches; padding has a count of 0. */
const LINE = /^([0-9A-F]{35}):(\d{1,15})$/i;

/**
 * Builds the screen. It never rejects: any failure is `unavailable`.
 * @throws CountersignError `configuration`
 */
export function breachCheck(options: BreachCheckOptions = {}): PasswordScreen {
  assertOptionNames('', options, OPTION_NAMES);
  const { timeoutMs = 1_000 } = options;
  const clock = clockFrom(options.clock);
  const send = options.fetch ?? fetch;
  if (typeof send !== 'function')
    throw misconfigured('fetch', 'is not a function', 'Leave it out for that of Node');
  const base = readBase(options.url ?? 'https://api.pwnedpasswords.com/range/');
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_SCREEN_MS) {
    const remedy = `Use 1 to ${LONGEST_SCREEN_MS} milliseconds`;
    throw misconfigured('timeoutMs', `is ${timeoutMs}`, remedy);
  }

  const patience = screenPatience(timeoutMs, clock);
  return async (password) => {
    const digits = sha1Hex(password).toUpperCase();
    const stop = new AbortController();
    const ask = async (): Promise<PasswordScreenAnswer> => {
      const response = await send(base + digits.slice(0, PREFIX_DIGITS), {
        // Every answer has about the same length then, which shows on the wire.
        headers: { 'Add-Padding': 'true', Accept: 'text/plain' },
        redirect: 'error',
        signal: stop.signal,
      });
      const text = response.status === 200 ? await readText(response) : undefined;
      return text === undefined ? 'unavailable' : find(text, digits.slice(PREFIX_DIGITS));
    };
    try {
      // Not the signal alone: a fetch that is given may not heed it.
      return await bounded(ask, patience);
    } catch {
      return 'unavailable';
    } finally {
      // Lets go of a connection whose answer was not read to its end.
      stop.abort();
    }
  };
}

/** `undefined` when it is longer than any answer can be. */
async function readText(response: Response): Promise<string | undefined> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A page of something else, such as a captive portal's, is no answer: every line has to be one. */
function find(text: string, rest: string): 'known' | 'unknown' | 'unavailable' {
  const lines = text.trim().split(/\r?\n/);
  let answer: 'known' | 'unknown' = 'unknown';
  for (const line of lines) {
    const [, digits, count] = LINE.exec(line.trim()) ?? [];
    if (digits === undefined) return 'unavailable';
    if (digits.toUpperCase() === rest && Number(count) > 0) answer = 'known';
  }
  return answer;
}

function readBase(text: string): string {
  const remedy = 'Use such as https://breaches.example/range/, to which five digits are added';
  const url = readUrl(text);
  if (url === undefined) throw misconfigured('url', 'is not an absolute URL', remedy);
  const { protocol, hostname, username, password, search, hash } = url;
  if (protocol !== 'https:' && !(protocol === 'http:' && isThisMachine(hostname)))
    throw misconfigured('url', 'is not https', remedy);
  if (username + password + search + hash !== '' || !text.endsWith('/'))
    throw misconfigured('url', 'does not end in a slash, or has more than a path', remedy);
  return text;
}
