// A time in words, with the exact one for machines and for who hovers over it.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { momentInWords, timeInWords } from '../web/time-words.js';

export interface MomentProps {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly now: number;
}

export function Moment({ at, now }: MomentProps): JSX.Element {
  return (
    <time datetime={new Date(at).toISOString()} title={momentInWords(at)}>
      {timeInWords(at, now)}
    </time>
  );
}
