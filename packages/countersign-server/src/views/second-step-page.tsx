// The second step of signing in. Whoever sees it is not signed in yet.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import { OtherProofs, ProofForm, type Proof } from './proof.js';

export type SecondFactor = Exclude<Proof, 'password'>;

export interface SecondStepPageProps {
  readonly frame: Frame;
  /** What the account has, the best first. Not empty. */
  readonly factors: readonly SecondFactor[];
  /** The one that is asked for. */
  readonly chosen: SecondFactor;
  readonly error?: string | undefined;
}

const LEDES: Readonly<Record<SecondFactor, string>> = {
  totp: 'One step is done. Now show that you have your authenticator app.',
  passkey: 'One step is done. Now show that you have your passkey or security key.',
  'recovery-code': 'One step is done. A recovery code stands in for what you do not have here.',
};

export function SecondStepPage(props: SecondStepPageProps): JSX.Element {
  const { frame, factors, chosen, error } = props;
  return (
    <Gate
      frame={frame}
      title={titleFor('Second step', [error])}
      challenge="And the second sign?"
      meaning="A word can be overheard. So this gate also asks for something that only you have."
      scripts={chosen === 'passkey' ? ['passkey'] : []}
    >
      <h1>Second step</h1>
      <p class="lede">{LEDES[chosen]}</p>
      <ProofForm
        frame={frame}
        proof={chosen}
        action="/sign-in/second"
        begin="/sign-in/second/begin"
        hidden={{}}
        button="Sign in"
        error={error}
      />
      <OtherProofs
        proofs={factors}
        chosen={chosen}
        href={(proof) => `/sign-in/second?proof=${proof}`}
      />
      <form class="give-up" method="post" action="/sign-in/cancel">
        <button class="button button-quiet" type="submit">
          Cancel
        </button>
      </form>
    </Gate>
  );
}
