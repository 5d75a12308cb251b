// The sign-in page: name and password, and the other ways that this doorkeeper offers.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { Field, HiddenFields } from './field.js';
import type { Frame } from './frame.js';
import { Gate } from './gate.js';
import { PasskeyForm } from './passkey-form.js';
import { ProviderButtons, type ProviderChoice } from './provider-forms.js';
import { Remember } from './remember.js';
import { withReturn } from './with-return.js';

/** The ways in besides the password, and what is linked to. Nothing unless said. */
export interface SignInOffers {
  readonly passkey?: boolean;
  /** A link by mail. */
  readonly mailLink?: boolean;
  /** A new password by mail. */
  readonly reset?: boolean;
  readonly providers?: readonly ProviderChoice[];
}

export interface SignInPageProps {
  readonly frame: Frame;
  readonly returnTo: string;
  /** How long a browser is remembered at most, in milliseconds. */
  readonly rememberFor: number;
  readonly offers?: SignInOffers;
  /** What was typed before. */
  readonly name?: string;
  readonly remember?: boolean;
  /** Whether the last try was refused, which the frame's notice says. */
  readonly refused?: boolean;
  readonly errors?: {
    readonly name?: string | undefined;
    readonly password?: string | undefined;
    readonly passkey?: string | undefined;
  };
}

/** One form for the password and the providers, so that one box holds for all of them without a script. */
const FORM = 'sign-in';

export function SignInPage(props: SignInPageProps): JSX.Element {
  const { frame, returnTo, offers = {}, refused = false, errors = {} } = props;
  return (
    <Gate
      frame={frame}
      title={titleFor('Sign in', [...Object.values(errors), refused ? 'refused' : undefined])}
      challenge="Who goes there?"
      meaning="Say who you are and give the word. After that, your browser carries a countersign that opens this gate, on this device only, until you hand it back."
      scripts={offers.passkey === true ? ['revealPassword', 'passkey'] : ['revealPassword']}
    >
      <h1>Sign in</h1>
      <PasswordForm {...props} />
      <OtherWays returnTo={returnTo} offers={offers} error={errors.passkey} />
      <p class="aside">
        New here? <a href={withReturn('/sign-up', returnTo)}>Create an account</a>
      </p>
    </Gate>
  );
}

function PasswordForm(props: SignInPageProps): JSX.Element {
  const { returnTo, rememberFor, offers = {}, name, remember = false, errors = {} } = props;
  const startsAtPassword =
    errors.name === undefined && (props.refused === true || errors.password !== undefined);
  return (
    <form id={FORM} method="post" action="/sign-in" novalidate>
      <HiddenFields fields={{ return_to: returnTo }} />
      <Field
        name="name"
        label="User name or e-mail"
        type="text"
        autocomplete={offers.passkey === true ? 'username webauthn' : 'username'}
        value={name}
        error={errors.name}
        focus={!startsAtPassword && errors.passkey === undefined}
      />
      <Field
        name="password"
        label="Password"
        type="password"
        autocomplete="current-password"
        error={errors.password}
        focus={startsAtPassword}
      />
      <Remember rememberFor={rememberFor} checked={remember} />
      <button class="button button-main" type="submit">
        Sign in
      </button>
      {offers.reset === true ? (
        <p class="beside">
          <a href={withReturn('/forgot', returnTo)}>Forgot your password?</a>
        </p>
      ) : null}
    </form>
  );
}

interface OtherWaysProps {
  readonly returnTo: string;
  readonly offers: SignInOffers;
  readonly error: string | undefined;
}

function OtherWays({ returnTo, offers, error }: OtherWaysProps): JSX.Element {
  const { passkey = false, mailLink = false, providers = [] } = offers;
  const isAlways = mailLink || providers.length > 0;
  if (!passkey && !isAlways) return <></>;
  return (
    <section
      class="ways-in"
      aria-labelledby="ways-title"
      data-with-passkeys={isAlways ? undefined : 'yes'}
      hidden={isAlways ? undefined : true}
    >
      <h2 class="divider" id="ways-title">
        or without a password
      </h2>
      {passkey ? (
        <PasskeyForm
          ceremony="get"
          action="/sign-in/passkey"
          begin="/sign-in/passkey/begin"
          hidden={{ return_to: returnTo, remember: '' }}
          button="Sign in with a passkey"
          tone="quiet"
          error={error}
          autofill
        />
      ) : null}
      <ProviderButtons
        providers={providers}
        form={FORM}
        action="/sign-in/provider"
        verb="Continue with"
      />
      {mailLink ? (
        <a class="button button-quiet" href={withReturn('/sign-in/link', returnTo)}>
          Get a link by mail
        </a>
      ) : null}
    </section>
  );
}
