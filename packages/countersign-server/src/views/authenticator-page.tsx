// Setting up an authenticator app: the code to scan, the same to type, and a code from the app that
// shows it has arrived. RFC 6238.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { EndOthers } from './end-others.js';
import { Field, HiddenFields } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Qr } from './qr.js';

export interface AuthenticatorPageProps {
  readonly frame: Frame;
  /** The `otpauth:` address, with the secret in it. */
  readonly uri: string;
  /** The secret in base32. */
  readonly secret: string;
  /** What finds this set-up again, if the form has to carry it. */
  readonly token?: string | undefined;
  /** Whether the box for ending all other sessions is ticked. Default no. */
  readonly endOthers?: boolean;
  readonly error?: string | undefined;
}

export function AuthenticatorPage(props: AuthenticatorPageProps): JSX.Element {
  const { frame, uri, secret, token, endOthers = false, error } = props;
  return (
    <Hall
      frame={frame}
      title={titleFor('Set up an authenticator app', [error])}
      place="/security"
      inside
    >
      <h1>Set up an authenticator app</h1>
      <p class="lede">
        The app shows six digits that change every half minute. From then on you type them after
        your password.
      </p>
      <ol class="steps">
        <li class="card">
          <h2>Scan this with the app</h2>
          <div class="scan">
            <Qr text={uri} label="QR code for your authenticator app" />
            <div>
              <p>Any authenticator app will do; many password managers have one in them.</p>
              <p class="faint">No camera? Type this into the app, as a key that is time-based:</p>
              <p class="key">
                <code>{inGroups(secret)}</code>
              </p>
            </div>
          </div>
        </li>
        <li class="card">
          <h2>Type what it shows</h2>
          <form class="inline-form" method="post" action="/security/authenticator" novalidate>
            <HiddenFields fields={token === undefined ? {} : { token }} />
            <Field
              name="code"
              label="Code"
              type="code"
              autocomplete="one-time-code"
              error={error}
              digits
              focus={error !== undefined}
            />
            <EndOthers checked={endOthers} />
            <div class="row">
              <button class="button button-main" type="submit">
                Turn it on
              </button>
              <a class="button button-quiet" href="/security">
                Cancel
              </a>
            </div>
          </form>
        </li>
      </ol>
    </Hall>
  );
}

/** In fours, as it is read and typed; apps do not mind the spaces. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}
