// The page where the password is changed. Asks for the current one (G36; ASVS 6.2.3).

import type { JSX } from 'hono/jsx/jsx-runtime';

import { UserName } from './confirm-page.js';
import { Check, Field } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';

export interface PasswordErrors {
  readonly current?: string | undefined;
  readonly password?: string | undefined;
  readonly repeated?: string | undefined;
}

export interface PasswordPageProps {
  readonly frame: Frame;
  readonly guidance: string;
  readonly endOthers: boolean;
  readonly errors?: PasswordErrors;
}

export function PasswordPage(props: PasswordPageProps): JSX.Element {
  const { frame, guidance, endOthers, errors = {} } = props;
  const wrong = (['current', 'password', 'repeated'] as const).find(
    (name) => errors[name] !== undefined,
  );
  return (
    <Hall
      frame={frame}
      title={wrong === undefined ? 'Change your password' : 'Error: Change your password'}
      place="/password"
    >
      <h1>Change your password</h1>
      <p class="lede">
        There is no need to change it now and then. Change it when someone may know it.
      </p>
      <form class="card card-form" method="post" action="/password" novalidate>
        <UserName name={frame.userName} />
        <Field
          name="current"
          label="Current password"
          type="password"
          autocomplete="current-password"
          error={errors.current}
          focus={wrong === 'current'}
        />
        <Field
          name="password"
          label="New password"
          type="password"
          autocomplete="new-password"
          hint={guidance}
          error={errors.password}
          focus={wrong === 'password'}
        />
        <Field
          name="repeated"
          label="New password, once more"
          type="password"
          autocomplete="new-password"
          error={errors.repeated}
          focus={wrong === 'repeated'}
        />
        <Check
          name="end_others"
          label="Sign out all other devices"
          hint="Whoever knew the old password stays signed in otherwise."
          checked={endOthers}
        />
        <button class="button button-main" type="submit">
          Change password
        </button>
      </form>
    </Hall>
  );
}
