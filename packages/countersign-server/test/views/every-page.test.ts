import { describe, expect, it } from 'vitest';

import { ALL_PAGES, HOSTILE } from './all-pages.js';

async function render(page: (typeof ALL_PAGES)[number][1]): Promise<string> {
  return (await page()).toString();
}

function tagsOf(html: string, name: string): readonly string[] {
  return html.match(new RegExp(`<${name}\\b[^>]*>`, 'g')) ?? [];
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

describe.each(ALL_PAGES)('the page: %s', (_name, page) => {
  it('lets nothing that people have typed become markup', async () => {
    const html = await render(page);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<i>');
    expect(html).not.toContain(HOSTILE);
  });

  it('has no script or style in itself', async () => {
    const html = await render(page);
    // What is in quotes is text: an attribute of a real tag stands outside of them.
    const tags = (html.match(/<[a-z][^>]*>/g) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
    expect(tags.join('\n')).not.toMatch(/<style|\sstyle=|\son\w+=/);
    for (const script of html.match(/<script.*?<\/script>/gs) ?? [])
      expect(script).toMatch(/^<script type="module" src="\/assets\/[\w.-]+"><\/script>$/);
  });

  it('has no id twice, and begins the typing in one place at most', async () => {
    const html = await render(page);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html.match(/\sautofocus=/g)?.length ?? 0).toBeLessThanOrEqual(1);
  });

  it('names every field, and describes it by what is there', async () => {
    const html = await render(page);
    for (const input of tagsOf(html, 'input')) {
      if (attribute(input, 'type') === 'hidden' || /\shidden=/.test(input)) continue;
      expect(html).toContain(`<label for="${attribute(input, 'id')}">`);
      expect(
        attribute(input, 'type') === 'checkbox' || attribute(input, 'autocomplete'),
      ).toBeTruthy();
      for (const id of attribute(input, 'aria-describedby')?.split(' ') ?? [])
        expect(html).toContain(`id="${id}"`);
    }
  });

  it('changes things by POST only, and says so in its title when something is wrong', async () => {
    const html = await render(page);
    for (const form of tagsOf(html, 'form')) {
      expect(attribute(form, 'method')).toBe('post');
      expect(attribute(form, 'action')).toMatch(/^\/[a-z]/);
    }
    if (html.includes('aria-invalid')) expect(html).toMatch(/<title>Error: /);
  });
});
