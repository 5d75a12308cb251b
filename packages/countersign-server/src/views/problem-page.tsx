// The page for what went wrong: what it is, and what to do about it.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Gate } from './gate.js';

export interface ProblemPageProps {
  readonly frame: Frame;
  readonly status: number;
  readonly title: string;
  readonly challenge: string;
  readonly explanation: string;
  /** Where to go from here. */
  readonly way: { readonly href: string; readonly words: string };
}

export function ProblemPage(props: ProblemPageProps): JSX.Element {
  const { frame, status, title, challenge, explanation, way } = props;
  return (
    <Gate frame={frame} title={title} challenge={challenge}>
      <p class="status">{status}</p>
      <h1>{title}</h1>
      <p class="lede">{explanation}</p>
      <a class="button button-main" href={way.href}>
        {way.words}
      </a>
    </Gate>
  );
}
