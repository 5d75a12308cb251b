// A one-time record whose token is in a cookie: what is kept of one person between two requests. So it is
// good once, and only in the browser that it was begun in. What is in it is for its callers.

import type { OneTimeKind } from '../accounts/one-time-kinds.js';
import type { ContentGuard, OneTimeContent, OneTimeInput } from '../accounts/one-time-tokens.js';
import type { FlowParts } from './flow-parts.js';
import type { Visit } from './visit.js';

export interface BrowserRecord<Content> {
  readonly kind: OneTimeKind;
  /** The one that has the token. */
  readonly cookie: keyof FlowParts['cookies'];
  readonly isContent: ContentGuard<Content>;
}

/** Keeps it for this browser, in place of one that was kept before. */
export async function keepInBrowser<Content>(
  { tokens, cookies }: FlowParts,
  visit: Visit,
  { kind, cookie }: BrowserRecord<Content>,
  { subject, content }: Pick<OneTimeInput<Content>, 'subject' | 'content'>,
): Promise<void> {
  const { token } = await tokens.issue(kind, { subject, content });
  cookies[cookie].write(visit, token);
}

/** What is kept for this browser, without using it up. */
export async function readFromBrowser<Content>(
  { tokens, cookies }: FlowParts,
  visit: Visit,
  { kind, cookie, isContent }: BrowserRecord<Content>,
): Promise<OneTimeContent<Content> | undefined> {
  const token = cookies[cookie].read(visit);
  return token === undefined ? undefined : tokens.read(kind, token, isContent);
}

/** The same, and used up, and its cookie cleared: of any number of requests at once, one gets it. */
export async function takeFromBrowser<Content>(
  { tokens, cookies }: FlowParts,
  visit: Visit,
  { kind, cookie, isContent }: BrowserRecord<Content>,
): Promise<OneTimeContent<Content> | undefined> {
  const token = cookies[cookie].read(visit);
  if (token === undefined) return undefined;
  cookies[cookie].clear(visit);
  return tokens.take(kind, token, isContent);
}
