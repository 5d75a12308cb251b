// The page before the gate: for visitors. A sentry's challenge on one side, the form on the other.

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { Document } from './document.js';
import type { Frame, ScriptName } from './frame.js';
import { Mark } from './mark.js';
import { NoticeBox } from './notice.js';

export interface GateProps {
  readonly frame: Frame;
  readonly title: string;
  /** The sentry's line. */
  readonly challenge: string;
  /** What it means here. */
  readonly meaning?: string | undefined;
  readonly scripts?: readonly ScriptName[] | undefined;
  /** Where the browser goes by itself at once, by GET. */
  readonly departure?: string | undefined;
  readonly children?: Child;
}

export function Gate(props: GateProps): JSX.Element {
  const { frame, title, challenge, meaning, scripts, departure, children } = props;
  return (
    <Document
      assets={frame.assets}
      title={title}
      bodyClass="gate"
      scripts={scripts}
      departure={departure}
    >
      <header class="gate-side">
        <a class="brand" href="/">
          <Mark name="brand-mark" />
          Countersign
        </a>
        <div class="challenge">
          <p class="challenge-line">{challenge}</p>
          {meaning === undefined ? null : <p class="challenge-meaning">{meaning}</p>}
        </div>
        <Mark name="gate-mark" />
      </header>
      <main class="gate-main" id="content">
        <div class="gate-form">
          <NoticeBox notice={frame.notice} />
          {children}
        </div>
      </main>
    </Document>
  );
}
