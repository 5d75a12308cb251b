// The OpenID providers that can vouch for this account.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Moment } from './moment.js';
import { ProviderForms, type ProviderChoice } from './provider-forms.js';
import { Action, Row, Rows } from './rows.js';

export interface LinkedProvider {
  /** What the form sends as `identity`. */
  readonly id: string;
  /** What people know the provider as, and the account there if it is known. */
  readonly label: string;
  readonly linkedAt: number;
}

export interface ProvidersPageProps {
  readonly frame: Frame;
  readonly now: number;
  readonly linked: readonly LinkedProvider[];
  /** Where an account can be linked: a second one too. */
  readonly linkable: readonly ProviderChoice[];
}

export function ProvidersPage({ frame, now, linked, linkable }: ProvidersPageProps): JSX.Element {
  return (
    <Hall frame={frame} title="Sign-in services" place="/security" inside>
      <h1>Sign-in services</h1>
      <p class="lede">
        Accounts elsewhere that you can sign in with. They learn that you have an account here, and
        nothing else.
      </p>
      <section aria-labelledby="linked-title">
        <h2 class="list-title" id="linked-title">
          Linked
        </h2>
        {linked.length === 0 ? (
          <p class="empty">None is linked.</p>
        ) : (
          <Rows>
            {linked.map(({ id, label, linkedAt }) => (
              <Row
                icon="link"
                title={label}
                actions={
                  <Action
                    action="/security/providers/unlink"
                    fields={{ identity: id }}
                    words="Unlink"
                    unseen={label}
                  />
                }
              >
                <p class="faint">
                  Linked <Moment at={linkedAt} now={now} />
                </p>
              </Row>
            ))}
          </Rows>
        )}
      </section>
      {linkable.length === 0 ? null : (
        <section class="card" aria-labelledby="link-title">
          <h2 id="link-title">{linked.length === 0 ? 'Link one' : 'Link another'}</h2>
          <div class="row choices">
            <ProviderForms providers={linkable} action="/security/providers/link" verb="Link" />
          </div>
        </section>
      )}
    </Hall>
  );
}
