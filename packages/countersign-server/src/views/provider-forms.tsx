// A button for each OpenID provider. Forms, not links: to go there is the beginning of a sign-in, which
// no other page may start. The answer is a DeparturePage.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { HiddenFields } from './field.js';

export interface ProviderChoice {
  /** What the form sends as `provider`. */
  readonly name: string;
  /** What people know it as. */
  readonly label: string;
}

export interface ProviderButtonsProps {
  readonly providers: readonly ProviderChoice[];
  /** The id of the form that is sent, with whatever is in it. Its own button has to come before these. */
  readonly form: string;
  /** In the place of the form's own. */
  readonly action: string;
  /** Comes before the label, such as `Continue with`. */
  readonly verb: string;
}

/** The same as buttons of a form that has another one. */
export function ProviderButtons(props: ProviderButtonsProps): JSX.Element {
  const { providers, form, action, verb } = props;
  return (
    <>
      {providers.map(({ name, label }) => (
        <button
          class="button button-quiet"
          type="submit"
          form={form}
          formaction={action}
          name="provider"
          value={name}
        >
          {verb} {label}
        </button>
      ))}
    </>
  );
}

export interface ProviderFormsProps {
  readonly providers: readonly ProviderChoice[];
  readonly action: string;
  readonly hidden?: Readonly<Record<string, string>>;
  /** Comes before the label, such as `Continue with`. */
  readonly verb: string;
}

export function ProviderForms(props: ProviderFormsProps): JSX.Element {
  const { providers, action, hidden = {}, verb } = props;
  return (
    <>
      {providers.map(({ name, label }) => (
        <form method="post" action={action}>
          <HiddenFields fields={{ ...hidden, provider: name }} />
          <button class="button button-quiet" type="submit">
            {verb} {label}
          </button>
        </form>
      ))}
    </>
  );
}
