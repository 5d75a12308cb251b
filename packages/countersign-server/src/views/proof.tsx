// One proof asked for: a password, a code, a passkey or a recovery code. The second step of signing in
// and the confirmation behind the gate both ask with it.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { Field, HiddenFields } from './field.js';
import type { Frame } from './frame.js';
import { PasskeyForm } from './passkey-form.js';
import { UserName } from './user-name.js';

/** The kinds are those of the factors in a session. */
export type Proof = 'password' | 'totp' | 'passkey' | 'recovery-code';

/** Offers, as the words of a link. */
const PROOF_WORDS: Readonly<Record<Proof, string>> = {
  password: 'Use your password',
  totp: 'Use a code from your authenticator app',
  passkey: 'Use a passkey',
  'recovery-code': 'Use a recovery code',
};

export interface ProofFormProps {
  readonly frame: Frame;
  readonly proof: Proof;
  /** Takes `proof`, and `password`, `code` or `credential`. */
  readonly action: string;
  /** Where the script of a passkey begins. */
  readonly begin: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly button: string;
  readonly error: string | undefined;
  /** Where to go instead, beside the button; none where that needs a form of its own. */
  readonly cancel?: string;
  readonly card?: boolean;
}

export function ProofForm(props: ProofFormProps): JSX.Element {
  const { frame, proof, action, begin, button, error, cancel } = props;
  const hidden = { ...props.hidden, proof };
  if (proof === 'passkey')
    return (
      <div class={props.card === true ? 'card card-form' : undefined}>
        <PasskeyForm
          ceremony="get"
          action={action}
          begin={begin}
          hidden={hidden}
          button="Use your passkey"
          error={error}
          otherwise="A passkey needs JavaScript and a browser that knows passkeys. Choose another way if you have one."
        />
        <Cancel href={cancel} />
      </div>
    );
  return (
    <form
      class={props.card === true ? 'card card-form' : undefined}
      method="post"
      action={action}
      novalidate
    >
      <HiddenFields fields={hidden} />
      {proof === 'password' ? <UserName name={frame.userName} /> : null}
      <ProofField proof={proof} error={error} />
      {cancel === undefined ? (
        <Send words={button} />
      ) : (
        <div class="row">
          <Send words={button} />
          <Cancel href={cancel} />
        </div>
      )}
    </form>
  );
}

function Send({ words }: { readonly words: string }): JSX.Element {
  return (
    <button class="button button-main" type="submit">
      {words}
    </button>
  );
}

function Cancel({ href }: { readonly href: string | undefined }): JSX.Element {
  if (href === undefined) return <></>;
  return (
    <a class="button button-quiet" href={href}>
      Cancel
    </a>
  );
}

interface ProofFieldProps {
  readonly proof: Exclude<Proof, 'passkey'>;
  readonly error: string | undefined;
}

function ProofField({ proof, error }: ProofFieldProps): JSX.Element {
  if (proof === 'password')
    return (
      <Field
        name="password"
        label="Password"
        type="password"
        autocomplete="current-password"
        error={error}
        focus
      />
    );
  if (proof === 'totp')
    return (
      <Field
        name="code"
        label="Code"
        type="code"
        autocomplete="one-time-code"
        hint="The six digits that your authenticator app shows just now."
        error={error}
        digits
        focus
      />
    );
  return (
    <Field
      name="code"
      label="Recovery code"
      type="code"
      autocomplete="off"
      hint="One of the codes that you kept when you set up the second step. Each works once."
      error={error}
      focus
    />
  );
}

export interface OtherProofsProps {
  readonly proofs: readonly Proof[];
  readonly chosen: Proof;
  /** The link to this page with another proof. */
  readonly href: (proof: Proof) => string;
}

export function OtherProofs({ proofs, chosen, href }: OtherProofsProps): JSX.Element {
  const others = proofs.filter((proof) => proof !== chosen);
  if (others.length === 0) return <></>;
  return (
    <nav class="other-ways" aria-label="Other ways">
      <h2>Other ways</h2>
      <ul>
        {others.map((proof) => (
          <li>
            <a href={href(proof)}>{PROOF_WORDS[proof]}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
