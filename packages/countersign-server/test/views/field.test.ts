import { describe, expect, it } from 'vitest';

import { Field } from '../../src/views/field.js';

async function render(props: Parameters<typeof Field>[0]): Promise<string> {
  return (await Field(props)).toString();
}

describe('a field', () => {
  it('gives back what was typed, but never a password', async () => {
    const value = 'what was "typed"';
    const text = { name: 'a', label: 'A', type: 'text', autocomplete: 'username', value } as const;
    expect(await render(text)).toContain('value="what was &quot;typed&quot;"');
    const password = { ...text, type: 'password', autocomplete: 'current-password' } as const;
    expect(await render(password)).not.toContain('typed');
  });

  it('is tied to its hint and its error, the error first', async () => {
    const html = await render({
      name: 'a',
      label: 'A',
      type: 'text',
      autocomplete: 'username',
      hint: 'A hint.',
      error: 'An error.',
    });
    expect(html).toContain('aria-describedby="a-error a-hint"');
    expect(html).toMatch(/id="a-hint"[^>]*>A hint\./);
    expect(html).toMatch(/id="a-error"[^>]*>An error\./);
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('<label for="a">A</label>');
  });

  it('says nothing of errors when it has none', async () => {
    const html = await render({ name: 'a', label: 'A', type: 'text', autocomplete: 'username' });
    expect(html).not.toContain('aria-');
    expect(html).not.toContain('autofocus');
  });
});
