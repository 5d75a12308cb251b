import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { readReturnTo } from '../../src/web/return-to.js';

const OWN = 'https://own.example';

describe('return_to (ASVS 3.7.2)', () => {
  it.each([
    '/',
    '/devices',
    '/devices?sort=seen',
    '/a/b/c.html#part',
    '/search?q=a//b',
    '/search?next=https://else.example/',
    '/caf%C3%A9',
    '/a%20b',
    '/a+b',
    "/~me/-_.!*'()",
  ])('follows the path %s', (path) => {
    expect(readReturnTo(path)).toBe(path);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['another host without a scheme', '//evil.example'],
    ['more slashes', '///evil.example'],
    ['a backslash for a slash', '/\\evil.example'],
    ['two backslashes', '\\\\evil.example'],
    ['a backslash further on', '/a\\b'],
    ['a whole address', 'https://evil.example/'],
    ['a scheme without slashes', 'https:evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['a script with a slash before it', ' /javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a relative path', 'devices'],
    ['a query alone', '?a=b'],
    ['an escaped slash that makes two', '/%2Fevil.example'],
    ['two escaped slashes', '%2F%2Fevil.example'],
    ['an escaped backslash', '/%5Cevil.example'],
    ['an escaped backslash in small letters', '/%5cevil.example'],
    ['a slash that is escaped twice', '/%252Fevil.example'],
    ['a slash that is escaped three times', '/%25252Fevil.example'],
    ['more layers of escapes than are looked through', '/%2525252525252525'],
    ['dots that a browser tidies away', '/.//evil.example'],
    ['escaped dots', '/%2e//evil.example'],
    ['the folder above', '/a/../../b'],
    ['the folder above, escaped', '/a/%2E%2e/b'],
    ['the folder above at the end', '/a/..'],
    ['a tab, which browsers drop', '/\t/evil.example'],
    ['a line end', '/a\nb'],
    ['a line end that is escaped', '/a%0d%0aSet-Cookie:%20a=b'],
    ['a NUL', '/a\0'],
    ['an escaped NUL', '/a%00'],
    ['a right-to-left mark', '/a%E2%80%8Fb'],
    ['a letter that no header may carry', '/café'],
    ['a space', '/a b'],
    ['an escape that is cut off', '/a%2'],
    ['an escape that is no text', '/a%E0%A4'],
    ['a text that is too long', `/${'a'.repeat(2_000)}`],
  ])('goes to the start for %s', (_name, asked) => {
    expect(readReturnTo(asked)).toBe('/');
  });

  it('never leaves this origin, whatever is asked for', () => {
    const pieces = [
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%2F',
      '%5c',
      '%252f',
      '%2e',
      '%00',
      '%09',
      '\t',
      '\n',
      ' ',
      'evil.example',
      'javascript:',
      'https:',
      '@',
      ':',
      '?',
      '#',
      ';',
      'a',
      '%',
    ];
    const piece = fc.constantFrom(...pieces);
    const asked = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(asked, fc.string()), (text) => {
        const path = readReturnTo(text);
        for (const spelling of [path, unescapeLeniently(path)]) {
          const url = new URL(spelling, OWN);
          expect(url.origin).toBe(OWN);
          expect(url.pathname.startsWith('//')).toBe(false);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

function unescapeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
