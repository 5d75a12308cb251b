// The answer to the form of a provider: a page that leaves for it by itself. Not a redirect, because
// Chromium holds redirects after a form to `form-action`, and a provider may send on to anywhere.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Frame } from './frame.js';
import { Gate } from './gate.js';

export interface DeparturePageProps {
  readonly frame: Frame;
  /** What people know the provider as. */
  readonly label: string;
  /** The authorization request, as an absolute URL. */
  readonly url: string;
}

export function DeparturePage({ frame, label, url }: DeparturePageProps): JSX.Element {
  return (
    <Gate
      frame={frame}
      title={`On to ${label}`}
      challenge="Follow the road."
      meaning={`${label} will say who you are, and send you back here.`}
      departure={url}
    >
      <h1>On to {label}</h1>
      <p class="lede">Your browser goes there by itself.</p>
      <a class="button button-main" href={url}>
        Continue to {label}
      </a>
    </Gate>
  );
}
