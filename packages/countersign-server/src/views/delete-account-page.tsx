// The end of an account: what goes with it, and a word typed to show that it is meant.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { Field } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';

export interface DeleteAccountPageProps {
  readonly frame: Frame;
  /** What has to be typed: the primary address, or the name. */
  readonly expected: string;
  readonly error?: string | undefined;
}

export function DeleteAccountPage(props: DeleteAccountPageProps): JSX.Element {
  const { frame, expected, error } = props;
  return (
    <Hall frame={frame} title={titleFor('Delete your account', [error])} place="/profile" inside>
      <h1>Delete your account</h1>
      <p class="lede">This cannot be taken back. With the account go:</p>
      <ul class="bullets">
        <li>your name, your addresses, your password, your passkeys and your codes;</li>
        <li>every session: all your devices are signed out at once;</li>
        <li>the links to sign-in services. Your accounts there stay as they are.</li>
      </ul>
      <form class="card card-form" method="post" action="/profile/delete" novalidate>
        <Field
          name="confirmation"
          label={`Type ${expected} to show that you mean it`}
          type="text"
          autocomplete="off"
          error={error}
          focus={error !== undefined}
        />
        <div class="row">
          <button class="button button-danger" type="submit">
            Delete my account
          </button>
          <a class="button button-quiet" href="/profile">
            Cancel
          </a>
        </div>
      </form>
    </Hall>
  );
}
