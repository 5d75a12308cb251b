// The facts of what a mail tells of: when it was, and what is known of whoever did it.

import type { Block } from './letter.js';
import { momentInWords, plainNetworkAddress, plainWords } from './words.js';

export interface MailEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The device in words, such as `Firefox on Windows`, or the `User-Agent` header. Believed by nobody. */
  readonly device?: string | undefined;
  /** The client's network address. */
  readonly address?: string | undefined;
}

export function factsOf(event: MailEvent): Block {
  const facts: (readonly [string, string | undefined])[] = [
    ['When', momentInWords(event.at)],
    ['Device', plainWords(event.device)],
    ['Network address', plainNetworkAddress(event.address)],
  ];
  return {
    facts: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  };
}
