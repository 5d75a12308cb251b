// Makes a node response that was prepared for something else carry a refusal instead.

import { isHttp2, type NodeResponse } from './node-response.js';
import type { Refusal } from './refusal.js';

/**
 * What describes the content that is not sent after all. Other headers stay: without those of CORS or
 * a security policy a browser could not make sense of the refusal.
 */
const OF_THE_CONTENT =
  /^(?:content-(?!security-policy).*|accept-ranges|age|cache-control|etag|expires|last-modified|location|set-cookie|trailer|transfer-encoding)$/;

/** Replaces status and content headers. The head must not be sent yet; the body is the caller's. */
export function replaceHead(response: NodeResponse, refusal: Refusal): void {
  for (const name of response.getHeaderNames()) {
    if (OF_THE_CONTENT.test(name.toLowerCase())) response.removeHeader(name);
  }
  if (!isHttp2(response)) Object.assign(response, { statusMessage: '' });
  response.statusCode = refusal.status;
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
}

/** The body to send: none when only the head was asked for. */
export function bodyFor(method: string | undefined, refusal: Refusal): string | undefined {
  return method === 'HEAD' ? undefined : refusal.body;
}
