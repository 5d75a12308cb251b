// The page where the password is changed. Asks for the current one (G36; ASVS 6.2.3). Who has none, and
// comes in with a passkey or a provider, sets the first one here.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { Check, Field } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { NEW_PASSWORD_SCRIPTS, NewPassword } from './new-password.js';
import { UserName } from './user-name.js';

export interface PasswordErrors {
  readonly current?: string | undefined;
  readonly password?: string | undefined;
  readonly repeated?: string | undefined;
}

export interface PasswordPageProps {
  readonly frame: Frame;
  readonly guidance: string;
  /** How many characters the password needs, for the meter. */
  readonly least?: number;
  readonly endOthers: boolean;
  /** Whether there is a password to change. Default true. */
  readonly hasPassword?: boolean;
  readonly errors?: PasswordErrors;
}

export function PasswordPage(props: PasswordPageProps): JSX.Element {
  const { frame, guidance, endOthers, hasPassword = true, errors = {} } = props;
  const title = hasPassword ? 'Change your password' : 'Set a password';
  return (
    <Hall
      frame={frame}
      title={titleFor(title, Object.values(errors))}
      place="/security"
      inside
      scripts={NEW_PASSWORD_SCRIPTS}
    >
      <h1>{title}</h1>
      <p class="lede">
        {hasPassword
          ? 'There is no need to change it now and then. Change it when someone may know it.'
          : 'You have none yet. With one, you can sign in where you do not have your other ways.'}
      </p>
      <form class="card card-form" method="post" action="/password" novalidate>
        <UserName name={frame.userName} />
        {hasPassword ? <CurrentPassword error={errors.current} /> : null}
        <NewPassword
          frame={frame}
          label="New password"
          guidance={guidance}
          least={props.least}
          errors={errors}
          focus={focusFor(hasPassword, errors)}
        />
        {hasPassword ? (
          <Check
            name="end_others"
            label="Sign out all other devices"
            hint="Whoever knew the old password stays signed in otherwise."
            checked={endOthers}
          />
        ) : null}
        <button class="button button-main" type="submit">
          {hasPassword ? 'Change password' : 'Set password'}
        </button>
      </form>
    </Hall>
  );
}

function focusFor(hasPassword: boolean, errors: PasswordErrors): 'start' | 'errors' | 'elsewhere' {
  if (!hasPassword) return 'start';
  return errors.current === undefined ? 'errors' : 'elsewhere';
}

function CurrentPassword({ error }: { readonly error: string | undefined }): JSX.Element {
  return (
    <Field
      name="current"
      label="Current password"
      type="password"
      autocomplete="current-password"
      error={error}
      focus={error !== undefined}
    />
  );
}
