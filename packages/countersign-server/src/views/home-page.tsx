// The overview: the page that only someone who is signed in gets to see.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { describeUserAgent } from '../web/describe-user-agent.js';
import { amountInWords } from '../web/time-words.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Icon, type IconName } from './icon.js';
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
  /** What was proved and how, such as `with your passkey`. Default: the password. */
  readonly proved?: string;
  /** How many things the security page advises. Default 0. */
  readonly advised?: number;
}

export function HomePage(props: HomePageProps): JSX.Element {
  const { frame, now, userAgent, authenticatedAt, expiresAt, idle } = props;
  const { proved = 'with your password' } = props;
  return (
    <Hall frame={frame} title="Overview" place="/">
      <h1>Welcome, {frame.displayName ?? frame.userName}</h1>
      <p class="lede">You are past the gate: only you can see this page.</p>
      <section class="card" aria-labelledby="session-title">
        <h2 id="session-title">This session</h2>
        <dl class="facts">
          <Fact term="Device">{describeUserAgent(userAgent).words}</Fact>
          <Fact term="Signed in">
            <Moment at={authenticatedAt} now={now} />, {proved}
          </Fact>
          <Fact term="Ends">
            <Moment at={expiresAt} now={now} /> at the latest, and after {amountInWords(idle)}{' '}
            without a visit
          </Fact>
        </dl>
      </section>
      <Ways {...props} />
    </Hall>
  );
}

function Ways({ others, advised = 0 }: HomePageProps): JSX.Element {
  return (
    <ul class="ways">
      <Way href="/security" icon="shield" title="Security" text={adviceInWords(advised)} />
      <Way
        href="/devices"
        icon="computer"
        title="Devices"
        text={others === 0 ? 'Signed in here only' : `Signed in here and in ${count(others)}`}
      />
      <Way href="/activity" icon="clock" title="Activity" text="What has happened lately" />
      <Way href="/profile" icon="person" title="Profile" text="Your name and your addresses" />
    </ul>
  );
}

function adviceInWords(advised: number): string {
  if (advised === 0) return 'Password, passkeys, second step';
  return advised === 1 ? 'One thing to look at' : `${advised} things to look at`;
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
  readonly icon: IconName;
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
