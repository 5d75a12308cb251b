// Requests to a provider: to https only, for a bounded time, with answers of a bounded size. A provider is
// trusted to say who somebody is, not to hold this process up.

import type { Cancel, Clock } from '../clock.js';
import { readUrl } from '../read-url.js';
import { OidcFailure } from './oidc-failure.js';
import { isThisMachine } from '../this-machine.js';

/** What is used of `fetch`. */
export type OidcFetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchLimits {
  readonly fetch: OidcFetch;
  readonly allowInsecure: boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** After decompression. Discovery documents and key sets have some KiB. */
export const MAX_ANSWER_BYTES = 256 * 1024;

const EMPTY_STATUSES = new Set([204, 205, 304]);

/** Whether a text is an https URL, or, if that is allowed, an http URL of this machine. */
export function isTrustworthyUrl(
  text: string,
  options: { readonly allowInsecure: boolean },
): boolean {
  const url = readUrl(text);
  if (url === undefined) return false;
  const { protocol, hostname } = url;
  if (protocol === 'https:') return true;
  return options.allowInsecure && protocol === 'http:' && isThisMachine(hostname);
}

/** A `fetch` that fails with `OidcFailure` only, `unavailable`, and whose answers are read to their end. */
export function boundedFetch(limits: FetchLimits): OidcFetch {
  return async (url, init) => {
    if (!isTrustworthyUrl(url, limits))
      throw new OidcFailure('unavailable', 'an endpoint of the provider is not https');
    const abort = new AbortController();
    let cancel: Cancel = () => undefined;
    // Not the signal alone: a fetch that is given may not heed it.
    const tooLate = new Promise<never>((_resolve, reject) => {
      const end = (): void => reject(new OidcFailure('unavailable', 'the provider is too slow'));
      cancel = limits.clock.after(limits.timeoutMs, end, { keepsProcess: true });
    });
    try {
      return await Promise.race([download(limits.fetch, url, init, abort.signal), tooLate]);
    } catch (cause) {
      if (cause instanceof OidcFailure) throw cause;
      throw new OidcFailure('unavailable', 'the provider cannot be reached');
    } finally {
      cancel();
      abort.abort();
    }
  };
}

async function download(
  fetch: OidcFetch,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual', signal });
  const { status, headers } = response;
  const body = await readBounded(response);
  return new Response(EMPTY_STATUSES.has(status) ? null : body, { status, headers });
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const body: AsyncIterable<unknown> | null = response.body;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a body is made of bytes');
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES)
      throw new OidcFailure('unavailable', 'an answer of the provider is too large');
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
