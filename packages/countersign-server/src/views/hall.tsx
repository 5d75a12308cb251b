// The page behind the gate: for who is signed in. Sign-out is reachable from everywhere (A58).

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import { Document } from './document.js';
import type { Frame, ScriptName } from './frame.js';
import { Icon } from './icon.js';
import { Mark } from './mark.js';
import { NoticeBox } from './notice.js';

const PLACES = [
  { path: '/', words: 'Overview' },
  { path: '/security', words: 'Security' },
  { path: '/devices', words: 'Devices' },
  { path: '/activity', words: 'Activity' },
  { path: '/profile', words: 'Profile' },
] as const;

export type Place = (typeof PLACES)[number]['path'];

export interface HallProps {
  readonly frame: Frame;
  readonly title: string;
  /** Which of the places this page is, or belongs to. */
  readonly place?: Place;
  /** Whether the page is below the place: it then has a way back to it. */
  readonly inside?: boolean;
  readonly scripts?: readonly ScriptName[] | undefined;
  readonly children?: Child;
}

export function Hall(props: HallProps): JSX.Element {
  const { frame, title, place, inside = false, scripts, children } = props;
  return (
    <Document assets={frame.assets} title={title} bodyClass="hall" scripts={scripts}>
      <header class="bar">
        <a class="brand" href="/">
          <Mark name="brand-mark" />
          Countersign
        </a>
        <nav class="places" aria-label="Account">
          {PLACES.map(({ path, words }) => (
            <a href={path} aria-current={currentness(path === place, inside)}>
              {words}
            </a>
          ))}
        </nav>
        <p class="who" title={frame.userName ?? undefined}>
          {frame.displayName ?? frame.userName}
        </p>
        <form class="leave" method="post" action="/sign-out">
          <button class="button button-quiet" type="submit">
            Sign out
          </button>
        </form>
      </header>
      <main class="hall-main" id="content">
        {inside && place !== undefined ? <WayBack place={place} /> : null}
        <NoticeBox notice={frame.notice} />
        {children}
      </main>
    </Document>
  );
}

function currentness(isThis: boolean, inside: boolean): 'page' | 'true' | undefined {
  if (!isThis) return undefined;
  return inside ? 'true' : 'page';
}

function WayBack({ place }: { readonly place: Place }): JSX.Element {
  const words = PLACES.find(({ path }) => path === place)?.words;
  return (
    <a class="way-back" href={place}>
      <Icon name="back" />
      {words}
    </a>
  );
}
