// The page behind the gate: for who is signed in. Sign-out is reachable from everywhere (A58).

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { Document } from './document.js';
import type { Frame } from './frame.js';
import { Mark } from './mark.js';
import { NoticeBox } from './notice.js';

const PLACES = [
  { path: '/', words: 'Overview' },
  { path: '/devices', words: 'Devices' },
  { path: '/password', words: 'Password' },
] as const;

export type Place = (typeof PLACES)[number]['path'];

export interface HallProps {
  readonly frame: Frame;
  readonly title: string;
  /** Which of the places this page is. */
  readonly place?: Place;
  readonly children?: Child;
}

export function Hall({ frame, title, place, children }: HallProps): JSX.Element {
  return (
    <Document assets={frame.assets} title={title} bodyClass="hall">
      <header class="bar">
        <a class="brand" href="/">
          <Mark name="brand-mark" />
          Countersign
        </a>
        <nav class="places" aria-label="Account">
          {PLACES.map(({ path, words }) => (
            <a href={path} aria-current={path === place ? 'page' : undefined}>
              {words}
            </a>
          ))}
        </nav>
        <p class="who" title={frame.userName ?? undefined}>
          {frame.userName}
        </p>
        <form class="leave" method="post" action="/sign-out">
          <button class="button button-quiet" type="submit">
            Sign out
          </button>
        </form>
      </header>
      <main class="hall-main" id="content">
        <NoticeBox notice={frame.notice} />
        {children}
      </main>
    </Document>
  );
}
