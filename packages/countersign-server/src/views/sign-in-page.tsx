// The sign-in page.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { amountInWords } from '../web/time-words.js';
import { Check, Field } from './field.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';

export interface SignInPageProps {
  readonly frame: Frame;
  readonly returnTo: string;
  /** How long a browser is remembered at most, in milliseconds. */
  readonly rememberFor: number;
  /** What was typed before. */
  readonly name?: string;
  readonly remember?: boolean;
  /** Whether the last try was refused, which the frame's notice says. */
  readonly refused?: boolean;
  readonly errors?: { readonly name?: string | undefined; readonly password?: string | undefined };
}

export function SignInPage(props: SignInPageProps): JSX.Element {
  const {
    frame,
    returnTo,
    rememberFor,
    name,
    remember = false,
    refused = false,
    errors = {},
  } = props;
  const startsAtName = errors.name !== undefined || (!refused && errors.password === undefined);
  const query = returnTo === '/' ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  return (
    <Gate
      frame={frame}
      title={refused || errors.name !== undefined ? 'Error: Sign in' : 'Sign in'}
      challenge="Who goes there?"
      meaning="Say who you are and give the word. After that, your browser carries a countersign that opens this gate, on this device only, until you hand it back."
    >
      <h1>Sign in</h1>
      <form method="post" action="/sign-in" novalidate>
        <input type="hidden" name="return_to" value={returnTo} />
        <Field
          name="name"
          label="User name or e-mail"
          type="text"
          autocomplete="username"
          value={name}
          error={errors.name}
          focus={startsAtName}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          error={errors.password}
          focus={!startsAtName}
        />
        <Check
          name="remember"
          label="Keep me signed in"
          hint={`For up to ${amountInWords(rememberFor)} on this device. Leave it off where others use it too.`}
          checked={remember}
        />
        <button class="button button-main" type="submit">
          Sign in
        </button>
      </form>
      <p class="aside">
        New here? <a href={`/sign-up${query}`}>Create an account</a>
      </p>
    </Gate>
  );
}
