// The two fields of a new password, with what is wanted of it (G29) and the meter that advises. The
// meter comes by script; what it may advise is said in the guidance without it.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { Field } from './field.js';
import type { Frame, ScriptName } from './frame.js';

export interface NewPasswordErrors {
  readonly password?: string | undefined;
  readonly repeated?: string | undefined;
}

export interface NewPasswordProps {
  readonly frame: Frame;
  /** Such as `New password`. */
  readonly label: string;
  readonly guidance: string;
  /** How many characters are needed, so that the meter does not praise what will be refused. */
  readonly least?: number | undefined;
  readonly errors: NewPasswordErrors;
  /** Where typing begins: here in any case, here at what is wrong, or at another field. */
  readonly focus: 'start' | 'errors' | 'elsewhere';
}

/** What a page with these fields asks for. */
export const NEW_PASSWORD_SCRIPTS: readonly ScriptName[] = ['revealPassword', 'passwordMeter'];

/** `password` and `repeated`. */
export function NewPassword(props: NewPasswordProps): JSX.Element {
  const { frame, label, guidance, least, errors, focus } = props;
  const isOnlyRepeated = errors.password === undefined && errors.repeated !== undefined;
  const isHere = focus !== 'elsewhere';
  return (
    <>
      <Field
        name="password"
        label={label}
        type="password"
        autocomplete="new-password"
        hint={guidance}
        error={errors.password}
        focus={isHere && (errors.password !== undefined || (focus === 'start' && !isOnlyRepeated))}
        judge={frame.assets.passwordJudge}
        least={least}
      />
      <Field
        name="repeated"
        label={`${label}, once more`}
        type="password"
        autocomplete="new-password"
        error={errors.repeated}
        focus={isHere && isOnlyRepeated}
      />
    </>
  );
}
