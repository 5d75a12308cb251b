// The skeleton of every page. No style but the one sheet, and no script but the named files: the
// policy that the page is sent with allows nothing else (web/security-headers.ts).

import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import type { AssetPaths, ScriptName } from './frame.js';

export interface DocumentProps {
  readonly assets: AssetPaths;
  /** Without the product's name. */
  readonly title: string;
  readonly bodyClass: string;
  /** None unless said otherwise. A page with scripts has to be sent by `sendScriptedPage`. */
  readonly scripts?: readonly ScriptName[] | undefined;
  /** Where the browser goes by itself at once, by GET. */
  readonly departure?: string | undefined;
  readonly children?: Child;
}

export function Document(props: DocumentProps): JSX.Element {
  const { assets, title, bodyClass, scripts = [], departure, children } = props;
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {departure === undefined ? null : (
          <meta http-equiv="refresh" content={`0; url=${departure}`} />
        )}
        <title>{`${title} · Countersign`}</title>
        <link rel="icon" href={assets.mark} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.stylesheet} />
        {scripts.map((name) => (
          <script type="module" src={assets.scripts[name]}></script>
        ))}
      </head>
      <body class={bodyClass}>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        {children}
      </body>
    </html>
  );
  return html`<!doctype html>${page}`;
}

/** A title that says first that something is wrong, for who hears the page before seeing it. */
export function titleFor(title: string, errors: readonly (string | undefined)[]): string {
  return errors.some((error) => error !== undefined) ? `Error: ${title}` : title;
}
