// Step-up: asks for the password again before something that a stolen session must not do (7.5.2).

import type { JSX } from 'hono/jsx/jsx-runtime';

import { Field } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';

export interface ConfirmPageProps {
  readonly frame: Frame;
  /** What waits for it, such as `sign out Firefox on Windows`. */
  readonly purpose: string;
  /** What the form has to say besides the password. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly error?: string | undefined;
}

export function ConfirmPage({ frame, purpose, hidden, error }: ConfirmPageProps): JSX.Element {
  return (
    <Hall
      frame={frame}
      title={error === undefined ? 'Confirm it is you' : 'Error: Confirm it is you'}
    >
      <h1>Confirm it is you</h1>
      <p class="lede">You gave your password a while ago. Give it again to {purpose}.</p>
      <form class="card card-form" method="post" action="/confirm" novalidate>
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <UserName name={frame.userName} />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          error={error}
          focus
        />
        <div class="row">
          <button class="button button-main" type="submit">
            Confirm
          </button>
          <a class="button button-quiet" href="/devices">
            Cancel
          </a>
        </div>
      </form>
    </Hall>
  );
}

/** Tells a password manager whose password is asked for. */
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
