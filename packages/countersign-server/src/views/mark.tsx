// The mark: a token broken in two, whose halves fit. The same drawing as assets/mark.svg, for places
// where the stylesheet gives the colours.

import type { JSX } from 'hono/jsx/jsx-runtime';

export function Mark({ name }: { readonly name: string }): JSX.Element {
  return (
    <svg class={name} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <path class="mark-half" d="M30 4.1V22h9v20h-9v17.9A28 28 0 0 1 30 4.1Z" />
      <path class="mark-counterpart" d="M34 4.1V18h9v28h-9v13.9A28 28 0 0 0 34 4.1Z" />
    </svg>
  );
}
