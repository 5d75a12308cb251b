// "Keep me signed in", the same on every page where a sign-in begins.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { amountInWords } from '../web/time-words.js';
import { Check } from './field.js';

export interface RememberProps {
  /** How long a browser is remembered at most, in milliseconds. */
  readonly rememberFor: number;
  readonly checked: boolean;
}

export function Remember({ rememberFor, checked }: RememberProps): JSX.Element {
  return (
    <Check
      name="remember"
      label="Keep me signed in"
      hint={`For up to ${amountInWords(rememberFor)} on this device. Leave it off where others use it too.`}
      checked={checked}
    />
  );
}
