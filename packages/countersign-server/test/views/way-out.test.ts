// The way out of a session: on every page behind the gate, and on none before it.

import { describe, expect, it } from 'vitest';

import { ALL_PAGES } from './all-pages.js';

const SIGN_OUT =
  /<form class="leave" method="post" action="\/sign-out"><button [^>]*type="submit">Sign out<\/button><\/form>/;

async function pagesOf(bodyClass: string): Promise<readonly string[]> {
  const pages = await Promise.all(ALL_PAGES.map(async ([, page]) => (await page()).toString()));
  return pages.filter((html) => html.includes(`<body class="${bodyClass}">`));
}

describe('the button to sign out', () => {
  it('is on every page for who is signed in (7.4.4; A58)', async () => {
    const pages = await pagesOf('hall');
    expect(pages.length).toBeGreaterThan(10);
    for (const html of pages) expect(html).toMatch(SIGN_OUT);
  });

  it('is on no page for visitors', async () => {
    const pages = await pagesOf('gate');
    expect(pages.length).toBeGreaterThan(5);
    for (const html of pages) expect(html).not.toContain('action="/sign-out"');
  });
});
