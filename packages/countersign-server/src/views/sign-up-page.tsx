// The page where an account is created.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { Field } from './field.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import { NEW_PASSWORD_SCRIPTS } from './new-password.js';

export interface SignUpErrors {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly repeated?: string | undefined;
}

export interface SignUpPageProps {
  readonly frame: Frame;
  readonly returnTo: string;
  /** What makes a good password (G29). */
  readonly guidance: string;
  readonly name?: string;
  readonly errors?: SignUpErrors;
}

export function SignUpPage(props: SignUpPageProps): JSX.Element {
  const { frame, returnTo, guidance, name, errors = {} } = props;
  const hasErrors = Object.values(errors).some((error) => error !== undefined);
  const query = returnTo === '/' ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  return (
    <Gate
      frame={frame}
      title={hasErrors ? 'Error: Create an account' : 'Create an account'}
      challenge="Choose your word."
      meaning="A long one that only you would think of. It is kept as a hash, so that not even this server can say it."
      scripts={NEW_PASSWORD_SCRIPTS}
    >
      <h1>Create an account</h1>
      <form method="post" action="/sign-up" novalidate>
        <input type="hidden" name="return_to" value={returnTo} />
        <Field
          name="name"
          label="User name or e-mail"
          type="text"
          autocomplete="username"
          value={name}
          error={errors.name}
          focus={!hasErrors || errors.name !== undefined}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          hint={guidance}
          judge={frame.assets.passwordJudge}
          error={errors.password}
          focus={errors.name === undefined && errors.password !== undefined}
        />
        <Field
          name="repeated"
          label="Password, once more"
          type="password"
          autocomplete="new-password"
          error={errors.repeated}
          focus={
            errors.name === undefined &&
            errors.password === undefined &&
            errors.repeated !== undefined
          }
        />
        <button class="button button-main" type="submit">
          Create account
        </button>
      </form>
      <p class="aside">
        You have an account? <a href={`/sign-in${query}`}>Sign in</a>
      </p>
    </Gate>
  );
}
