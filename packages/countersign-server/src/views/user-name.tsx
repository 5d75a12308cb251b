// Tells a password manager whose password is asked for, where no field for the name is seen.

import type { JSX } from 'hono/jsx/jsx-runtime';

export function UserName({ name }: { readonly name: string | null }): JSX.Element {
  return (
    <input
      type="text"
      name="username"
      autocomplete="username"
      value={name ?? ''}
      readonly
      hidden
      aria-hidden="true"
      tabindex={-1}
    />
  );
}
