// docs/reference/mail.md has every export and option.

import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const page = read('../../../../docs/reference/mail.md');
const exported = [...read('../../src/mail/index.ts').matchAll(/\{([^}]+)\}/g)]
  .flatMap(([, list = '']) => list.split(','))
  .map((entry) => entry.replace(/\btype /, '').trim())
  .filter((entry) => entry !== '');

describe('the page of countersign/mail', () => {
  it('has exports to look for', () => {
    expect(exported).toContain('transportMailer');
    expect(exported).toContain('FolderMailContent');
  });

  it.each(exported)('has %s', (name) => {
    expect(page).toMatch(new RegExp(`\`${name}[\`( ]`));
  });

  it.each(['transport', 'from', 'replyTo', 'timeout', 'retryAfter', 'clock', 'folder'])(
    'has the option %s',
    (name) => expect(page).toContain(`| \`${name}\` `),
  );
});
