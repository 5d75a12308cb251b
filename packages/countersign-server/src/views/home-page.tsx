// The overview: the page that only someone who is signed in gets to see.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { describeUserAgent } from '../web/describe-user-agent.js';
import { amountInWords } from '../web/time-words.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Icon } from './icon.js';
import { Moment } from './moment.js';

export interface HomePageProps {
  readonly frame: Frame;
  readonly now: number;
  readonly userAgent: string | null;
  readonly authenticatedAt: number;
  readonly expiresAt: number;
  /** How long the session lasts without a visit, in milliseconds. */
  readonly idle: number;
  /** How many sessions the user has besides this one. */
  readonly others: number;
}

export function HomePage(props: HomePageProps): JSX.Element {
  const { frame, now, userAgent, authenticatedAt, expiresAt, idle, others } = props;
  return (
    <Hall frame={frame} title="Overview" place="/">
      <h1>Welcome, {frame.userName}</h1>
      <p class="lede">You are past the gate: only you can see this page.</p>
      <section class="card" aria-labelledby="session-title">
        <h2 id="session-title">This session</h2>
        <dl class="facts">
          <Fact term="Device">{describeUserAgent(userAgent).words}</Fact>
          <Fact term="Signed in">
            <Moment at={authenticatedAt} now={now} />, with your password
          </Fact>
          <Fact term="Ends">
            <Moment at={expiresAt} now={now} /> at the latest, and after {amountInWords(idle)}{' '}
            without a visit
          </Fact>
        </dl>
      </section>
      <ul class="ways">
        <Way
          href="/devices"
          icon="computer"
          title="Devices"
          text={others === 0 ? 'Signed in here only' : `Signed in here and in ${count(others)}`}
        />
        <Way
          href="/password"
          icon="key"
          title="Password"
          text="Change it, when someone may know it"
        />
      </ul>
    </Hall>
  );
}

function count(others: number): string {
  return others === 1 ? 'one other place' : `${others} other places`;
}

function Fact({ term, children }: { term: string; children?: Child }): JSX.Element {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface WayProps {
  readonly href: string;
  readonly icon: 'computer' | 'key';
  readonly title: string;
  readonly text: string;
}

function Way({ href, icon, title, text }: WayProps): JSX.Element {
  return (
    <li>
      <a class="card way" href={href}>
        <Icon name={icon} />
        <span>
          <strong>{title}</strong>
          <span>{text}</span>
        </span>
      </a>
    </li>
  );
}
