// The skeleton of every page. No script, and no style but the one sheet: the CSP allows nothing else.

import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

import type { AssetPaths } from './frame.js';

export interface DocumentProps {
  readonly assets: AssetPaths;
  /** Without the product's name. */
  readonly title: string;
  readonly bodyClass: string;
  readonly children?: Child;
}

export function Document({ assets, title, bodyClass, children }: DocumentProps): JSX.Element {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Countersign`}</title>
        <link rel="icon" href={assets.mark} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.stylesheet} />
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
