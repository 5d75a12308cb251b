// "Are you sure?": before something is removed. What it means, one button, and the way back.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { EndOthers } from './end-others.js';
import { HiddenFields } from './field.js';
import type { Frame } from './frame.js';
import { Hall, type Place } from './hall.js';

export interface SurePageProps {
  readonly frame: Frame;
  readonly place: Place;
  /** A question, such as `Remove your authenticator app?`. */
  readonly title: string;
  /** What follows from it, a paragraph each. */
  readonly consequences: readonly string[];
  readonly action: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly button: string;
  /** Where who is not sure goes. */
  readonly cancel: string;
  /** Whether the box for ending all other sessions is ticked. Default: no such box. */
  readonly endOthers?: boolean;
}

export function SurePage(props: SurePageProps): JSX.Element {
  const {
    frame,
    place,
    title,
    consequences,
    action,
    fields = {},
    button,
    cancel,
    endOthers,
  } = props;
  return (
    <Hall frame={frame} title={title} place={place} inside>
      <h1>{title}</h1>
      {consequences.map((text) => (
        <p class="lede">{text}</p>
      ))}
      <form class="sure" method="post" action={action}>
        <HiddenFields fields={fields} />
        {endOthers === undefined ? null : <EndOthers checked={endOthers} />}
        <div class="row">
          <button class="button button-danger" type="submit">
            {button}
          </button>
          <a class="button button-quiet" href={cancel}>
            Cancel
          </a>
        </div>
      </form>
    </Hall>
  );
}
