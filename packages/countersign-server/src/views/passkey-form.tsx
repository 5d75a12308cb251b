// The form of a passkey. It is hidden until assets/passkey.js finds that the browser can do it; the
// script asks `begin` for the options, lets the browser ask the person, and sends the form with the
// credential in it, so that what follows are ordinary pages.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { HiddenFields } from './field.js';
import { Icon } from './icon.js';

export interface PasskeyFormProps {
  /** `get` proves with a passkey, `create` makes one. */
  readonly ceremony: 'get' | 'create';
  /** Takes the field `credential`: the credential as JSON text. */
  readonly action: string;
  /** Answers a POST without a body with the options as JSON, or with `{ "message": "…" }`. */
  readonly begin: string;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly button: string;
  readonly tone?: 'main' | 'quiet';
  /** Whether to offer passkeys in the autofill of the name field too. */
  readonly autofill?: boolean;
  /** What to say where passkeys cannot be used. Nothing by default, where there are other ways. */
  readonly otherwise?: string;
  readonly error?: string | undefined;
  readonly children?: Child;
}

export function PasskeyForm(props: PasskeyFormProps): JSX.Element {
  const { ceremony, action, begin, hidden = {}, button, tone = 'main', error, children } = props;
  return (
    <>
      <Otherwise words={props.otherwise} />
      <form
        class="passkey"
        method="post"
        action={action}
        data-passkey={ceremony}
        data-begin={begin}
        data-autofill={props.autofill === true ? 'yes' : undefined}
        novalidate
        hidden
      >
        <HiddenFields fields={{ ...hidden, credential: '' }} />
        {children}
        <p class="error" role="alert" data-trouble hidden={error === undefined ? true : undefined}>
          {error}
        </p>
        <button
          class={tone === 'main' ? 'button button-main' : 'button button-quiet'}
          type="submit"
          autofocus={error === undefined ? undefined : true}
        >
          <Icon name="passkey" />
          {button}
        </button>
      </form>
    </>
  );
}

/** Shown until the script finds that passkeys can be used; without the script, for good. */
function Otherwise({ words }: { readonly words: string | undefined }): JSX.Element {
  if (words === undefined) return <></>;
  return (
    <p class="empty" data-without-passkeys>
      {words}
    </p>
  );
}
