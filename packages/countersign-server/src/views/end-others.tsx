// The box that is offered with every change of a factor (ASVS 7.4.3).

import type { JSX } from 'hono/jsx/jsx-runtime';

import { Check } from './field.js';

/** `end_others`. */
export function EndOthers({ checked }: { readonly checked: boolean }): JSX.Element {
  return <Check name="end_others" label="Sign out all other devices" checked={checked} />;
}
