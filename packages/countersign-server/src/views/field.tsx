// A labelled input with its hint and its error, tied together for screen readers. A password is never
// put back into the page, nor is a code.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

export interface FieldProps {
  readonly name: string;
  /** For pages with several fields of one name. Default: the name. */
  readonly id?: string | undefined;
  readonly label: string;
  /** `code` is a text of digits, or of what a recovery code is made of. */
  readonly type: 'text' | 'password' | 'email' | 'code';
  /** What password managers and browsers go by (G32). */
  readonly autocomplete:
    | 'username'
    | 'username webauthn'
    | 'current-password'
    | 'new-password'
    | 'one-time-code'
    | 'email'
    | 'name'
    | 'off';
  /** What was typed before; of a password and a code nothing. */
  readonly value?: string | undefined;
  readonly hint?: Child;
  readonly error?: string | undefined;
  /** Where typing begins. One field of a page at most. */
  readonly focus?: boolean | undefined;
  /** Whether it may stay empty. */
  readonly optional?: boolean | undefined;
  /** For a code of digits: the keyboard of phones. */
  readonly digits?: boolean | undefined;
  /** For a new password: where the script of the meter finds its judge. */
  readonly judge?: string | undefined;
  /** For a new password: how many characters it needs, for the meter too. */
  readonly least?: number | undefined;
}

export function Field(props: FieldProps): JSX.Element {
  const { name, id = name, label, hint, error } = props;
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const errorId = error === undefined ? undefined : `${id}-error`;
  const describedBy = [errorId, hintId].filter((one) => one !== undefined).join(' ');
  return (
    <div class={error === undefined ? 'field' : 'field field-wrong'}>
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p class="error" id={errorId}>
          {error}
        </p>
      )}
      <Input {...props} id={id} describedBy={describedBy === '' ? undefined : describedBy} />
    </div>
  );
}

interface InputProps extends FieldProps {
  readonly id: string;
  readonly describedBy: string | undefined;
}

function Input(props: InputProps): JSX.Element {
  const { name, id, type, autocomplete, value, error, focus, optional, judge, describedBy } = props;
  const isSecret = type === 'password' || type === 'code';
  const input = (
    <input
      id={id}
      name={name}
      type={type === 'code' ? 'text' : type}
      class={type === 'code' ? 'code' : undefined}
      autocomplete={autocomplete}
      value={isSecret ? undefined : value}
      required={optional === true ? undefined : true}
      autofocus={focus === true ? true : undefined}
      aria-invalid={error === undefined ? undefined : 'true'}
      aria-describedby={describedBy}
      data-judge={judge}
      data-least={props.least}
      inputmode={props.digits === true ? 'numeric' : undefined}
      {...plainness(type, autocomplete)}
    />
  );
  // The script that shows passwords puts its button beside the input.
  return type === 'password' ? <div class="secret">{input}</div> : input;
}

/** Names of accounts and codes are no words: nothing shall be corrected in them. */
function plainness(
  type: FieldProps['type'],
  autocomplete: FieldProps['autocomplete'],
): { readonly autocapitalize?: 'none' | 'characters'; readonly spellcheck?: false } {
  if (type === 'password' || type === 'email' || autocomplete === 'name') return {};
  return { autocapitalize: 'none', spellcheck: false };
}

export interface CheckProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly checked: boolean;
  readonly error?: string | undefined;
  readonly focus?: boolean | undefined;
}

/** A box to tick. */
export function Check({ name, label, hint, checked, error, focus }: CheckProps): JSX.Element {
  const describedBy = [
    error === undefined ? [] : [`${name}-error`],
    hint === undefined ? [] : [`${name}-hint`],
  ].flat();
  return (
    <div class="check">
      <input
        id={name}
        name={name}
        type="checkbox"
        value="yes"
        checked={checked ? true : undefined}
        autofocus={focus === true ? true : undefined}
        aria-invalid={error === undefined ? undefined : 'true'}
        aria-describedby={describedBy.length === 0 ? undefined : describedBy.join(' ')}
      />
      <div>
        <label for={name}>{label}</label>
        {hint === undefined ? null : (
          <p class="hint" id={`${name}-hint`}>
            {hint}
          </p>
        )}
        {error === undefined ? null : (
          <p class="error" id={`${name}-error`}>
            {error}
          </p>
        )}
      </div>
    </div>
  );
}

/** Fields that the form carries along unseen. */
export function HiddenFields({
  fields,
}: {
  readonly fields: Readonly<Record<string, string>>;
}): JSX.Element {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
