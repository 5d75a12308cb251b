// What the scripts of the pages leave alone: the storage of the browser, its cookies, and the clipboard of
// who pastes.

import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../assets/', import.meta.url);
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.js'));

function sourceOf(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

describe('the scripts of the pages', () => {
  it('are found', () => {
    expect(SCRIPTS).toContain('passkey.js');
  });

  it.each(SCRIPTS)('keep nothing in the browser: %s (14.3.3; A34)', (name) => {
    expect(sourceOf(name)).not.toMatch(
      /localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|\bcaches\b/,
    );
  });

  it.each(SCRIPTS)('let everybody paste and be helped: %s (6.2.7; G32)', (name) => {
    expect(sourceOf(name)).not.toMatch(/['"](?:before)?(?:paste|drop|cut|copy)['"]|onpaste|ondrop/);
  });
});
