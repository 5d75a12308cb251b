// A list in a card: what there is, its state, and what can be done with it.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { HiddenFields } from './field.js';
import { Icon, type IconName } from './icon.js';

export type BadgeTone = 'good' | 'plain' | 'bad';

export interface RowProps {
  readonly icon: IconName;
  readonly title: Child;
  readonly badge?: { readonly words: string; readonly tone: BadgeTone } | undefined;
  /** Links and forms with one button each. */
  readonly actions?: Child;
  /** What is known of it, in a paragraph or more. */
  readonly children?: Child;
}

export function Rows({ children }: { readonly children?: Child }): JSX.Element {
  return <ul class="card rows">{children}</ul>;
}

export function Row({ icon, title, badge, actions, children }: RowProps): JSX.Element {
  return (
    <li class="item">
      <span class="item-icon">
        <Icon name={icon} />
      </span>
      <div class="item-text">
        <h3>
          <span>{title}</span>{' '}
          {badge === undefined ? null : <Badge words={badge.words} tone={badge.tone} />}
        </h3>
        {children}
      </div>
      {actions === undefined ? null : <div class="item-actions">{actions}</div>}
    </li>
  );
}

export function Badge({ words, tone }: { words: string; tone: BadgeTone }): JSX.Element {
  return <span class={`badge badge-${tone}`}>{words}</span>;
}

export interface ActionProps {
  readonly action: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly words: string;
  /** What it is done to, for who hears the button without the row. */
  readonly unseen?: string;
  readonly tone?: 'quiet' | 'danger' | 'main';
}

/** A form that is one button. */
export function Action(props: ActionProps): JSX.Element {
  const { action, fields = {}, words, unseen, tone = 'quiet' } = props;
  return (
    <form method="post" action={action}>
      <HiddenFields fields={fields} />
      <button class={`button button-${tone}`} type="submit">
        {words}
        {unseen === undefined ? null : <span class="unseen"> {unseen}</span>}
      </button>
    </form>
  );
}

export interface WayProps {
  readonly href: string;
  readonly words: string;
  readonly unseen?: string;
}

/** A link that looks like the button of an `Action`. */
export function WayOn({ href, words, unseen }: WayProps): JSX.Element {
  return (
    <a class="button button-quiet" href={href}>
      {words}
      {unseen === undefined ? null : <span class="unseen"> {unseen}</span>}
    </a>
  );
}
