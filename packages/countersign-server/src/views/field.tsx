// A labelled input with its hint and its error, tied together for screen readers. A password is never
// put back into the page.

import type { JSX } from 'hono/jsx/jsx-runtime';

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'password';
  /** What password managers and browsers go by (G32). */
  readonly autocomplete: 'username' | 'current-password' | 'new-password';
  /** What was typed before; of a password nothing. */
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Where typing begins. One field of a page at most. */
  readonly focus?: boolean | undefined;
}

export function Field(props: FieldProps): JSX.Element {
  const { name, label, type, autocomplete, value, hint, error, focus } = props;
  const hintId = hint === undefined ? undefined : `${name}-hint`;
  const errorId = error === undefined ? undefined : `${name}-error`;
  const describedBy = [errorId, hintId].filter((id) => id !== undefined).join(' ');
  return (
    <div class={error === undefined ? 'field' : 'field field-wrong'}>
      <label for={name}>{label}</label>
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
      <input
        id={name}
        name={name}
        type={type}
        autocomplete={autocomplete}
        value={type === 'password' ? undefined : value}
        required
        autofocus={focus === true ? true : undefined}
        aria-invalid={error === undefined ? undefined : 'true'}
        aria-describedby={describedBy === '' ? undefined : describedBy}
        {...(type === 'text' ? { autocapitalize: 'none', spellcheck: false } : {})}
      />
    </div>
  );
}

export interface CheckProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
}

/** A box to tick. */
export function Check({ name, label, hint, checked }: CheckProps): JSX.Element {
  return (
    <div class="check">
      <input
        id={name}
        name={name}
        type="checkbox"
        value="yes"
        checked={checked ? true : undefined}
        aria-describedby={`${name}-hint`}
      />
      <div>
        <label for={name}>{label}</label>
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      </div>
    </div>
  );
}
