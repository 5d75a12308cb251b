// Step-up: asks for proofs again before something that a stolen session must not do (7.5.2).

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import type { Frame, ScriptName } from './frame.js';
import { Hall } from './hall.js';
import { Icon } from './icon.js';
import { OtherProofs, ProofForm, type Proof } from './proof.js';
import { ProviderForms, type ProviderChoice } from './provider-forms.js';

export interface ConfirmPageProps {
  readonly frame: Frame;
  /** What waits for it, such as `sign out Firefox on Windows`. */
  readonly purpose: string;
  /** What the form has to say besides the proof. */
  readonly hidden: Readonly<Record<string, string>>;
  /** What may be given now, the best first; may be empty where a provider can vouch. Default: the password. */
  readonly proofs?: readonly Proof[];
  /** Providers that can vouch for this account instead. */
  readonly providers?: readonly ProviderChoice[];
  /** The one that is asked for. Default: the first. */
  readonly chosen?: Proof;
  /** What has been given already, when more than one proof is needed. */
  readonly given?: readonly Proof[];
  /** Where who does not want to goes. Default: the devices. */
  readonly cancel?: string;
  readonly error?: string | undefined;
}

const LEDES: Readonly<Record<Proof, string>> = {
  password: 'Your password is needed to',
  totp: 'A code from your authenticator app is needed to',
  passkey: 'Your passkey is needed to',
  'recovery-code': 'A recovery code is needed to',
};

const GIVEN: Readonly<Record<Proof, string>> = {
  password: 'Password',
  totp: 'Code',
  passkey: 'Passkey',
  'recovery-code': 'Recovery code',
};

export function ConfirmPage(props: ConfirmPageProps): JSX.Element {
  const { frame, purpose, hidden, proofs = ['password'], providers = [], given = [] } = props;
  const { chosen = proofs[0], cancel = '/devices', error } = props;
  return (
    <Hall frame={frame} title={titleFor('Confirm it is you', [error])} scripts={scriptsFor(chosen)}>
      <h1>Confirm it is you</h1>
      <p class="lede">
        {chosen === undefined ? 'Show who you are once more to' : LEDES[chosen]} {purpose}.
      </p>
      <Given proofs={given} />
      {chosen === undefined ? null : (
        <ProofForm
          frame={frame}
          proof={chosen}
          action="/confirm"
          begin="/confirm/begin"
          hidden={hidden}
          button="Confirm"
          error={error}
          cancel={cancel}
          card
        />
      )}
      <Vouching providers={providers} hidden={hidden} />
      {chosen === undefined ? (
        <a class="button button-quiet" href={cancel}>
          Cancel
        </a>
      ) : (
        <OtherProofs
          proofs={proofs}
          chosen={chosen}
          href={(proof) => `/confirm?${new URLSearchParams({ ...hidden, proof }).toString()}`}
        />
      )}
    </Hall>
  );
}

function Vouching({
  providers,
  hidden,
}: Required<Pick<ConfirmPageProps, 'providers' | 'hidden'>>): JSX.Element {
  if (providers.length === 0) return <></>;
  return (
    <div class="row choices">
      <ProviderForms
        providers={providers}
        action="/confirm/provider"
        hidden={hidden}
        verb="Confirm with"
      />
    </div>
  );
}

function scriptsFor(chosen: Proof | undefined): readonly ScriptName[] {
  if (chosen === 'passkey') return ['passkey'];
  return chosen === 'password' ? ['revealPassword'] : [];
}

function Given({ proofs }: { readonly proofs: readonly Proof[] }): JSX.Element {
  if (proofs.length === 0) return <></>;
  return (
    <ul class="given" aria-label="Given already">
      {proofs.map((proof) => (
        <li>
          <Icon name="check" />
          {GIVEN[proof]}
        </li>
      ))}
    </ul>
  );
}
