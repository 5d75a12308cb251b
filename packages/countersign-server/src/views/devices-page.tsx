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
        Everywhere you are signed in. Sign out what you do not recognise, then{' '}
        <a href="/password">change your password</a>.
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
          <span>{words}</span> {session.current ? <span class="badge">This device</span> : null}
        </h2>
        <p class="dotted">
          <LastActive session={session} now={now} />
          {session.client.address === null ? null : (
            <span class="device-address">{session.client.address}</span>
          )}
        </p>
        <p class="faint dotted">
          <span>
            Signed in <Moment at={session.authenticatedAt ?? session.createdAt} now={now} />
          </span>
          {session.remembered ? <span>Kept signed in</span> : null}
        </p>
      </div>
      {session.current ? null : <EndForm id={session.id} words={words} />}
    </li>
  );
}

function LastActive({ session, now }: DeviceProps): JSX.Element {
  if (session.current) return <span>Active now</span>;
  return (
    <span>
      Last active <Moment at={session.lastSeenAt} now={now} />
    </span>
  );
}

/** This device has no form here: signing out is at the top of every page. */
function EndForm({ id, words }: { readonly id: string; readonly words: string }): JSX.Element {
  return (
    <form method="post" action="/devices/end">
      <input type="hidden" name="id" value={id} />
      <button class="button button-quiet" type="submit">
        Sign out<span class="unseen"> {words}</span>
      </button>
    </form>
  );
}
