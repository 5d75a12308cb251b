// The outbox of development: mails that went nowhere, to be read here. Never there in production.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { Document } from './document.js';
import type { Frame } from './frame.js';
import { Icon } from './icon.js';
import { Mark } from './mark.js';
import { Moment } from './moment.js';

export interface MailSummary {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

export interface OutboxPageProps {
  readonly frame: Frame;
  readonly now: number;
  /** The latest first. */
  readonly mails: readonly MailSummary[];
}

export function OutboxPage({ frame, now, mails }: OutboxPageProps): JSX.Element {
  return (
    <Bench frame={frame} title="Outbox">
      <h1>Outbox</h1>
      <p class="lede">Mails that this server has written. None has left it.</p>
      {mails.length === 0 ? (
        <p class="empty">None yet. Create an account, and the first one is here.</p>
      ) : (
        <ol class="card happenings">
          {mails.map(({ id, to, subject, sentAt }) => (
            <li class="happening">
              <p class="happening-words">
                <a href={`/outbox/${encodeURIComponent(id)}`}>{subject}</a>
              </p>
              <p class="faint dotted">
                <span>To {to}</span>
                <Moment at={sentAt} now={now} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </Bench>
  );
}

export interface MailPageProps {
  readonly frame: Frame;
  readonly now: number;
  readonly mail: MailSummary & { readonly text: string };
}

export function MailPage({ frame, now, mail }: MailPageProps): JSX.Element {
  return (
    <Bench frame={frame} title={mail.subject}>
      <a class="way-back" href="/outbox">
        <Icon name="back" />
        All mails
      </a>
      <h1>{mail.subject}</h1>
      <dl class="facts mail-facts">
        <div>
          <dt>To</dt>
          <dd>{mail.to}</dd>
        </div>
        <div>
          <dt>Written</dt>
          <dd>
            <Moment at={mail.sentAt} now={now} />
          </dd>
        </div>
      </dl>
      <div class="card mail-text">{withLinks(mail.text)}</div>
    </Bench>
  );
}

/** The text with its web addresses as links. */
function withLinks(text: string): readonly Child[] {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? <a href={part}>{part}</a> : part));
}

interface BenchProps {
  readonly frame: Frame;
  readonly title: string;
  readonly children?: Child;
}

/** Neither gate nor hall: everybody who reaches the server sees these pages. */
function Bench({ frame, title, children }: BenchProps): JSX.Element {
  return (
    <Document assets={frame.assets} title={`Development: ${title}`} bodyClass="hall bench">
      <header class="bar">
        <a class="brand" href="/">
          <Mark name="brand-mark" />
          Countersign
        </a>
        <p class="bench-sign">Development</p>
      </header>
      <main class="hall-main" id="content">
        {children}
      </main>
    </Document>
  );
}
