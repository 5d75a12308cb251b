// A round trip to a provider, from sending somebody there to their return: a one-time record, and a cookie
// with its token. So a return is good once, for one purpose, and only in the browser that left: nobody
// can be signed in as somebody else by a link (RFC 9700 §4.7). The cookie is Lax, as providers lead here.

import { keepInBrowser, takeFromBrowser, type BrowserRecord } from './browser-record.js';
import type { FlowParts } from './flow-parts.js';
import type { Visit } from './visit.js';

const PURPOSES = ['sign-in', 'link', 'step-up'] as const;

export type ProviderPurpose = (typeof PURPOSES)[number];

interface Content {
  readonly purpose: ProviderPurpose;
  /** The provider's name: the return to another's address is refused. */
  readonly provider: string;
  readonly remember: boolean;
  /** The ticket of `beginSignIn` from when the person left; `null` while nobody knows who it is. */
  readonly attempt: string | null;
  /** What `provider.finish` takes. */
  readonly expectation: unknown;
}

const TRIP: BrowserRecord<Content> = { kind: 'provider', cookie: 'provider', isContent };

export interface ProviderTrip extends Content {
  /** Who was signed in, for whom this is; `null` for a sign-in. */
  readonly userId: string | null;
}

/** Keeps it for this browser, in place of one that was begun before. */
export function keepTrip(
  parts: FlowParts,
  visit: Visit,
  { userId, ...content }: ProviderTrip,
): Promise<void> {
  return keepInBrowser(parts, visit, TRIP, { subject: userId, content });
}

/** Uses up the round trip of this browser: of any number of returns, one gets it. */
export async function takeTrip(parts: FlowParts, visit: Visit): Promise<ProviderTrip | undefined> {
  const taken = await takeFromBrowser(parts, visit, TRIP);
  return taken === undefined ? undefined : { ...taken.content, userId: taken.subject };
}

function isContent(value: unknown): value is Content {
  return (
    typeof value === 'object' &&
    value !== null &&
    'purpose' in value &&
    PURPOSES.some((purpose) => purpose === value.purpose) &&
    'provider' in value &&
    typeof value.provider === 'string' &&
    'remember' in value &&
    typeof value.remember === 'boolean' &&
    'attempt' in value &&
    (value.attempt === null || typeof value.attempt === 'string') &&
    'expectation' in value
  );
}
