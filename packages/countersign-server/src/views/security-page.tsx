// The security page: every way into the account at a glance, and what is missing.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Icon } from './icon.js';
import { Moment } from './moment.js';
import { Row, Rows, WayOn } from './rows.js';
import { adviseOn, type Advice, type SecurityState } from './security-state.js';

export interface SecurityPageProps {
  readonly frame: Frame;
  readonly now: number;
  readonly state: SecurityState;
  /** Whether there are any providers to link with. */
  readonly hasProviders: boolean;
}

export function SecurityPage({ frame, now, state, hasProviders }: SecurityPageProps): JSX.Element {
  const { password, providers } = state;
  return (
    <Hall frame={frame} title="Security" place="/security">
      <h1>Security</h1>
      <p class="lede">Every way into your account. Keep those that you use, and more than one.</p>
      <Advised advice={adviseOn(state)} />
      <section aria-labelledby="ways-title">
        <h2 class="list-title" id="ways-title">
          Signing in
        </h2>
        <Rows>
          <Row
            icon="key"
            title="Password"
            badge={
              password === null
                ? { words: 'None', tone: 'plain' }
                : closedness(password.closedTo !== null)
            }
            actions={
              <WayOn
                href="/password"
                words={password === null ? 'Set' : 'Change'}
                unseen="your password"
              />
            }
          >
            {password === null ? (
              <p class="faint">You sign in without one.</p>
            ) : (
              <p class="faint">
                Set <Moment at={password.changedAt} now={now} />
              </p>
            )}
          </Row>
          <Passkeys state={state} />
          {hasProviders || providers.length > 0 ? <Providers providers={providers} /> : null}
        </Rows>
      </section>
      <SecondStep state={state} now={now} />
    </Hall>
  );
}

function closedness(isClosed: boolean): {
  readonly words: string;
  readonly tone: 'good' | 'bad';
} {
  return isClosed ? { words: 'Closed', tone: 'bad' } : { words: 'On', tone: 'good' };
}

function Advised({ advice }: { readonly advice: readonly Advice[] }): JSX.Element {
  if (advice.length === 0)
    return (
      <p class="advice advice-none">
        <Icon name="shield" />
        <span>Nothing is missing.</span>
      </p>
    );
  return (
    <ul class="advices" aria-label="Advice">
      {advice.map(({ kind, text, href, words }) => (
        <li class={`advice advice-${kind}`}>
          <Icon name="alert" />
          <span>
            {text} <a href={href}>{words}</a>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Passkeys({ state }: { readonly state: SecurityState }): JSX.Element {
  const { count, doubtful } = state.passkeys;
  return (
    <Row
      icon="passkey"
      title="Passkeys"
      badge={
        count === 0
          ? { words: 'None', tone: 'plain' }
          : { words: String(count), tone: doubtful > 0 ? 'bad' : 'good' }
      }
      actions={
        <WayOn
          href="/security/passkeys"
          words={count === 0 ? 'Add' : 'Manage'}
          unseen="your passkeys"
        />
      }
    >
      <p class="faint">A fingerprint, a face or a PIN, on your device or a security key.</p>
    </Row>
  );
}

function Providers({ providers }: { readonly providers: readonly string[] }): JSX.Element {
  return (
    <Row
      icon="link"
      title="Sign-in services"
      badge={
        providers.length === 0
          ? { words: 'None', tone: 'plain' }
          : { words: String(providers.length), tone: 'good' }
      }
      actions={<WayOn href="/security/providers" words="Manage" unseen="sign-in services" />}
    >
      <p class="faint">
        {providers.length === 0 ? 'Other accounts that can vouch for you.' : providers.join(', ')}
      </p>
    </Row>
  );
}

function SecondStep({ state, now }: { state: SecurityState; now: number }): JSX.Element {
  return (
    <section aria-labelledby="second-title">
      <h2 class="list-title" id="second-title">
        Second step
      </h2>
      <Rows>
        <Authenticator state={state} now={now} />
        <RecoveryCodes state={state} now={now} />
      </Rows>
    </section>
  );
}

function Authenticator({ state, now }: { state: SecurityState; now: number }): JSX.Element {
  const { authenticator } = state;
  return (
    <Row
      icon="phone"
      title="Authenticator app"
      badge={
        authenticator === null
          ? { words: 'Off', tone: 'plain' }
          : closedness(authenticator.isClosed)
      }
      actions={
        authenticator === null ? (
          <WayOn href="/security/authenticator" words="Set up" unseen="an authenticator app" />
        ) : (
          <WayOn
            href="/security/authenticator/remove"
            words="Remove"
            unseen="your authenticator app"
          />
        )
      }
    >
      <p class="faint">
        {authenticator === null ? (
          'Six digits from your phone, after the password.'
        ) : (
          <>
            Added <Moment at={authenticator.addedAt} now={now} />
          </>
        )}
      </p>
    </Row>
  );
}

function RecoveryCodes({ state, now }: { state: SecurityState; now: number }): JSX.Element {
  const { recoveryCodes, authenticator, passkeys } = state;
  const hasSecondFactor = authenticator !== null || passkeys.count > 0;
  const { left, madeAt } = recoveryCodes ?? { left: 0, madeAt: 0 };
  return (
    <Row
      icon="codes"
      title="Recovery codes"
      badge={
        left === 0
          ? { words: 'None', tone: hasSecondFactor ? 'bad' : 'plain' }
          : { words: `${left} left`, tone: 'good' }
      }
      actions={
        hasSecondFactor ? (
          <WayOn
            href="/security/recovery-codes"
            words={left === 0 ? 'Make' : 'Renew'}
            unseen="recovery codes"
          />
        ) : undefined
      }
    >
      <p class="faint">
        {recoveryCodes === null ? (
          'They come with your first passkey or authenticator app.'
        ) : (
          <>
            Made <Moment at={madeAt} now={now} />
          </>
        )}
      </p>
    </Row>
  );
}
