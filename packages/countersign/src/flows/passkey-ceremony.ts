// A passkey ceremony between its halves: a one-time record, and a cookie with its token. So its challenge
// is good once, for one purpose, and in the browser that asked for it (ASVS 6.7.2). Judges no response.

import { keepInBrowser, takeFromBrowser, type BrowserRecord } from './browser-record.js';
import type { FlowParts } from './flow-parts.js';
import type { Visit } from './visit.js';

const PURPOSES = ['sign-in', 'second-factor', 'step-up', 'add'] as const;

export type PasskeyPurpose = (typeof PURPOSES)[number];

export interface PasskeyCeremony {
  readonly purpose: PasskeyPurpose;
  /** Who has to answer; `null`: whoever the passkey names. */
  readonly userId: string | null;
  /** What the ceremonies remember. */
  readonly expectation: string;
}

type Content = Omit<PasskeyCeremony, 'userId'>;

const CEREMONY: BrowserRecord<Content> = { kind: 'passkey', cookie: 'passkey', isContent };

/** Keeps it for this browser, in place of one that was begun before. */
export function keepCeremony(
  parts: FlowParts,
  visit: Visit,
  { userId, ...content }: PasskeyCeremony,
): Promise<void> {
  return keepInBrowser(parts, visit, CEREMONY, { subject: userId, content });
}

/** Uses up the ceremony of this browser, whatever it was for; `undefined` unless it was for this. */
export async function takeCeremony(
  parts: FlowParts,
  visit: Visit,
  purpose: PasskeyPurpose,
): Promise<PasskeyCeremony | undefined> {
  const taken = await takeFromBrowser(parts, visit, CEREMONY);
  if (taken?.content.purpose !== purpose) return undefined;
  return { ...taken.content, userId: taken.subject };
}

function isContent(value: unknown): value is Content {
  return (
    typeof value === 'object' &&
    value !== null &&
    'purpose' in value &&
    PURPOSES.some((purpose) => purpose === value.purpose) &&
    'expectation' in value &&
    typeof value.expectation === 'string'
  );
}
