// The passkeys of an account: what there is, another name for it, the end of it, and a new one.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { EndOthers } from './end-others.js';
import { Field, HiddenFields } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Moment } from './moment.js';
import { PasskeyForm } from './passkey-form.js';
import { Row, Rows, WayOn } from './rows.js';

export interface PasskeyView {
  /** The credential id, base64url. */
  readonly id: string;
  readonly name: string;
  readonly addedAt: number;
  readonly lastUsedAt: number | null;
  /** Whether it is kept by an account of the person's too, not on this one device only. */
  readonly backedUp: boolean;
  /** Whether its counter went back, as that of a copy does. */
  readonly doubtful: boolean;
}

export interface PasskeysPageProps {
  readonly frame: Frame;
  readonly now: number;
  readonly passkeys: readonly PasskeyView[];
  /** What the name of a new one begins as, such as `Firefox on Windows`. */
  readonly suggestedName: string;
  readonly errors?: {
    /** Of the new one. */
    readonly add?: string | undefined;
    /** Of a new name, and of which passkey. */
    readonly rename?: { readonly id: string; readonly text: string } | undefined;
  };
}

export function PasskeysPage(props: PasskeysPageProps): JSX.Element {
  const { frame, now, passkeys, suggestedName, errors = {} } = props;
  return (
    <Hall
      frame={frame}
      title={titleFor('Passkeys', [errors.add, errors.rename?.text])}
      place="/security"
      inside
      scripts={['passkey']}
    >
      <h1>Passkeys</h1>
      <p class="lede">
        A passkey signs you in with your fingerprint, your face or a PIN. Nobody can guess it, and
        it cannot be given to the wrong page.
      </p>
      <section aria-labelledby="have-title">
        <h2 class="list-title" id="have-title">
          Your passkeys
        </h2>
        {passkeys.length === 0 ? (
          <p class="empty">You have none yet.</p>
        ) : (
          <Rows>
            {passkeys.map((passkey, index) => (
              <Passkey
                passkey={passkey}
                now={now}
                fieldId={`name-${index}`}
                error={errors.rename?.id === passkey.id ? errors.rename.text : undefined}
              />
            ))}
          </Rows>
        )}
      </section>
      <section class="card" aria-labelledby="add-title">
        <h2 id="add-title">Add a passkey</h2>
        <PasskeyForm
          ceremony="create"
          action="/security/passkeys/add"
          begin="/security/passkeys/begin"
          button="Add a passkey"
          error={errors.add}
          otherwise="To add one, you need JavaScript and a browser that knows passkeys."
        >
          <Field
            name="name"
            label="Name"
            type="text"
            autocomplete="off"
            value={suggestedName}
            hint="For you, to tell it from others."
          />
          <EndOthers checked={false} />
        </PasskeyForm>
      </section>
    </Hall>
  );
}

interface PasskeyProps {
  readonly passkey: PasskeyView;
  readonly now: number;
  readonly fieldId: string;
  readonly error: string | undefined;
}

function Passkey({ passkey, now, fieldId, error }: PasskeyProps): JSX.Element {
  const { id, name, addedAt, lastUsedAt, backedUp, doubtful } = passkey;
  return (
    <Row
      icon="passkey"
      title={name}
      badge={doubtful ? { words: 'Perhaps copied', tone: 'bad' } : undefined}
      actions={
        <WayOn
          href={`/security/passkeys/remove?id=${encodeURIComponent(id)}`}
          words="Remove"
          unseen={name}
        />
      }
    >
      <p class="faint dotted">
        <span>
          Added <Moment at={addedAt} now={now} />
        </span>
        <span>
          {lastUsedAt === null ? (
            'Not used yet'
          ) : (
            <>
              Last used <Moment at={lastUsedAt} now={now} />
            </>
          )}
        </span>
        <span>{backedUp ? 'Backed up' : 'On one device only'}</span>
      </p>
      <details class="more" open={error === undefined ? undefined : true}>
        <summary>
          Rename<span class="unseen"> {name}</span>
        </summary>
        <form class="inline-form" method="post" action="/security/passkeys/rename" novalidate>
          <HiddenFields fields={{ id }} />
          <Field
            name="name"
            id={fieldId}
            label="New name"
            type="text"
            autocomplete="off"
            value={name}
            error={error}
            focus={error !== undefined}
          />
          <button class="button button-quiet" type="submit">
            Save
          </button>
        </form>
      </details>
    </Row>
  );
}
