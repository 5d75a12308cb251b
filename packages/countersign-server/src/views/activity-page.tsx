// What has happened on the account lately, the refused tries too.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { describeUserAgent } from '../web/describe-user-agent.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Moment } from './moment.js';
import { Badge } from './rows.js';

export interface ActivityEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Such as `Signed in with a passkey`. */
  readonly words: string;
  /** Which one, where there are several, such as an address of mail. */
  readonly about: string | null;
  readonly outcome: 'done' | 'refused';
  readonly userAgent: string | null;
  readonly address: string | null;
}

export interface ActivityPageProps {
  readonly frame: Frame;
  readonly now: number;
  /** The latest first. */
  readonly entries: readonly ActivityEntry[];
  /** The page of what came before, when there is more. */
  readonly older?: string | undefined;
}

export function ActivityPage({ frame, now, entries, older }: ActivityPageProps): JSX.Element {
  return (
    <Hall frame={frame} title="Activity" place="/activity">
      <h1>Activity</h1>
      <p class="lede">
        What has happened on your account. If you do not recognise something,{' '}
        <a href="/password">change your password</a> and look at <a href="/devices">your devices</a>
        .
      </p>
      {entries.length === 0 ? (
        <p class="empty">Nothing has been written down yet.</p>
      ) : (
        <ol class="card happenings">
          {entries.map((entry) => (
            <Entry entry={entry} now={now} />
          ))}
        </ol>
      )}
      {older === undefined ? null : (
        <p class="older">
          <a class="button button-quiet" href={older}>
            Older
          </a>
        </p>
      )}
    </Hall>
  );
}

function Entry({
  entry,
  now,
}: {
  readonly entry: ActivityEntry;
  readonly now: number;
}): JSX.Element {
  const { at, words, about, outcome, userAgent, address } = entry;
  return (
    <li class={outcome === 'refused' ? 'happening happening-refused' : 'happening'}>
      <p class="happening-words">
        {about === null ? (
          words
        ) : (
          <span>
            {words}: <bdi>{about}</bdi>
          </span>
        )}{' '}
        {outcome === 'refused' ? <Badge words="Refused" tone="bad" /> : null}
      </p>
      <p class="faint dotted">
        <Moment at={at} now={now} />
        <span>{describeUserAgent(userAgent).words}</span>
        {address === null ? null : <span>{address}</span>}
      </p>
    </li>
  );
}
