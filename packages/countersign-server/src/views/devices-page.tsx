// The devices page: where a person is signed in, and how to end it (A78; ASVS 7.5.2).

import type { SessionSummary } from 'countersign';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { describeUserAgent } from '../web/describe-user-agent.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Icon } from './icon.js';
import { Moment } from './moment.js';

export interface DevicesPageProps {
  readonly frame: Frame;
  readonly now: number;
  /** The current one first. */
  readonly sessions: readonly SessionSummary[];
}

export function DevicesPage({ frame, now, sessions }: DevicesPageProps): JSX.Element {
  const others = sessions.filter((session) => !session.current);
  return (
    <Hall frame={frame} title="Your devices" place="/devices">
      <h1>Your devices</h1>
      <p class="lede">
        Everywhere you are signed in. Sign out what you do not recognise, then change your password.
      </p>
      <ul class="devices">
        {sessions.map((session) => (
          <Device session={session} now={now} />
        ))}
      </ul>
      {others.length === 0 ? (
        <p class="empty">
          You are signed in nowhere else. Other browsers and devices appear here when you sign in
          with them.
        </p>
      ) : (
        <form class="end-others" method="post" action="/devices/end-others">
          <p>
            {others.length === 1
              ? 'One other device is signed in.'
              : `${others.length} other devices are signed in.`}
          </p>
          <button class="button button-danger" type="submit">
            Sign out all others
          </button>
        </form>
      )}
    </Hall>
  );
}

interface DeviceProps {
  readonly session: SessionSummary;
  readonly now: number;
}

function Device({ session, now }: DeviceProps): JSX.Element {
  const { kind, words } = describeUserAgent(session.client.userAgent);
  return (
    <li class={session.current ? 'card device device-current' : 'card device'}>
      <span class="device-icon">
        <Icon name={kind} />
      </span>
      <div class="device-text">
        <h2>
          {words} {session.current ? <span class="badge">This device</span> : null}
        </h2>
        <p>
          {session.current ? (
            'Active now'
          ) : (
            <>
              Last active <Moment at={session.lastSeenAt} now={now} />
            </>
          )}
          {session.client.address === null ? null : ` · ${session.client.address}`}
        </p>
        <p class="faint">
          Signed in <Moment at={session.authenticatedAt ?? session.createdAt} now={now} />
          {session.remembered ? ' · kept signed in' : null}
        </p>
      </div>
      <EndForm session={session} words={words} />
    </li>
  );
}

function EndForm({ session, words }: { session: SessionSummary; words: string }): JSX.Element {
  return (
    <form method="post" action={session.current ? '/sign-out' : '/devices/end'}>
      {session.current ? null : <input type="hidden" name="id" value={session.id} />}
      <button class="button button-quiet" type="submit">
        Sign out
        <span class="unseen">{session.current ? ' this device' : ` ${words}`}</span>
      </button>
    </form>
  );
}
