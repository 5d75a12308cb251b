// The profile: what the user is called, the addresses that reach them, and the end of the account.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { titleFor } from './document.js';
import { Field } from './field.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Action, Row, Rows } from './rows.js';

export interface AddressView {
  /** As it was typed. */
  readonly address: string;
  /** `primary` is the verified one that mails go to. */
  readonly state: 'primary' | 'verified' | 'pending';
}

export interface ProfilePageProps {
  readonly frame: Frame;
  /** The name that the user signs in with besides the addresses; `null` when there is none. */
  readonly signInName: string | null;
  readonly addresses: readonly AddressView[];
  /** What was typed before, where it is not what is kept. */
  readonly typed?: { readonly displayName?: string; readonly address?: string };
  readonly errors?: {
    readonly displayName?: string | undefined;
    readonly address?: string | undefined;
  };
}

export function ProfilePage(props: ProfilePageProps): JSX.Element {
  const { frame, signInName, addresses, typed = {}, errors = {} } = props;
  const confirmed = addresses.filter(({ state }) => state !== 'pending');
  return (
    <Hall
      frame={frame}
      title={titleFor('Profile', [errors.displayName, errors.address])}
      place="/profile"
    >
      <h1>Profile</h1>
      <NameForm
        value={typed.displayName ?? frame.displayName ?? ''}
        signInName={signInName}
        error={errors.displayName}
      />
      <section aria-labelledby="addresses-title">
        <h2 class="list-title" id="addresses-title">
          E-mail addresses
        </h2>
        {addresses.length === 0 ? (
          <p class="empty">You have none. With one, you can get a new password if you forget it.</p>
        ) : (
          <Rows>
            {addresses.map((address) => (
              <Address view={address} only={confirmed.length === 1} />
            ))}
          </Rows>
        )}
        <AddForm
          value={typed.address}
          error={errors.address}
          focus={errors.displayName === undefined}
        />
      </section>
      <section class="leave-for-good" aria-labelledby="delete-title">
        <h2 id="delete-title">Delete your account</h2>
        <p class="faint">The next page says what goes with it.</p>
        <a class="button button-danger" href="/profile/delete">
          Delete account
        </a>
      </section>
    </Hall>
  );
}

interface NameFormProps {
  readonly value: string;
  readonly signInName: string | null;
  readonly error: string | undefined;
}

function NameForm({ value, signInName, error }: NameFormProps): JSX.Element {
  return (
    <section class="card" aria-labelledby="name-title">
      <h2 id="name-title">Your name</h2>
      {signInName === null ? null : (
        <p class="faint">
          You sign in as <strong>{signInName}</strong>, or with a confirmed address.
        </p>
      )}
      <form class="inline-form" method="post" action="/profile/name" novalidate>
        <Field
          name="display_name"
          label="What to call you"
          type="text"
          autocomplete="name"
          value={value}
          hint="Only you see it. It may stay empty."
          error={error}
          focus={error !== undefined}
          optional
        />
        <button class="button button-quiet" type="submit">
          Save
        </button>
      </form>
    </section>
  );
}

const BADGES = {
  primary: { words: 'Primary', tone: 'good' },
  verified: { words: 'Confirmed', tone: 'plain' },
  pending: { words: 'Not confirmed', tone: 'bad' },
} as const;

const MEANINGS: Readonly<Record<AddressView['state'], string>> = {
  primary: 'You can sign in with it, and mails go there.',
  verified: 'You can sign in with it.',
  pending: 'Open the link in the mail that was sent there.',
};

interface AddressProps {
  readonly view: AddressView;
  /** Whether no more than one is confirmed. */
  readonly only: boolean;
}

function Address({ view, only }: AddressProps): JSX.Element {
  const { address, state } = view;
  const fields = { address };
  const stays = only && state === 'primary';
  return (
    <Row
      icon="mail"
      title={address}
      badge={BADGES[state]}
      actions={
        <>
          {state === 'verified' ? (
            <Action
              action="/profile/addresses/make-primary"
              fields={fields}
              words="Make primary"
              unseen={address}
            />
          ) : null}
          {state === 'pending' ? (
            <Action
              action="/profile/addresses/resend"
              fields={fields}
              words="Send again"
              unseen={address}
            />
          ) : null}
          {stays ? null : (
            <Action
              action="/profile/addresses/remove"
              fields={fields}
              words="Remove"
              unseen={address}
            />
          )}
        </>
      }
    >
      <p class="faint">
        {MEANINGS[state]}
        {stays ? ' To remove it, add another one first.' : null}
      </p>
    </Row>
  );
}

interface AddFormProps {
  readonly value: string | undefined;
  readonly error: string | undefined;
  readonly focus: boolean;
}

function AddForm({ value, error, focus }: AddFormProps): JSX.Element {
  return (
    <section class="card" aria-labelledby="add-title">
      <h2 id="add-title">Add an address</h2>
      <form class="inline-form" method="post" action="/profile/addresses/add" novalidate>
        <Field
          name="address"
          label="E-mail address"
          type="email"
          autocomplete="email"
          value={value}
          hint="We send a link there. It becomes yours when you open it."
          error={error}
          focus={focus && error !== undefined}
        />
        <button class="button button-quiet" type="submit">
          Send the link
        </button>
      </form>
    </section>
  );
}
