// The inventory of cookies in docs/security/pathways.md (OWASP A32), held against the code that sets them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { rowsIn } from './markdown.js';
import { ROOT } from './pages.js';

/** How the code names a cookie, and nothing else. */
const NAMINGS = [
  /createPageCookie\(\{\s*name: '([\w-]+)'/g,
  /\bcookie\('([\w-]+)', '[\w-]+'\)/g,
  /\bcookieName\('([\w-]+)'/g,
  /prefixed\('([\w-]+)'/g,
  /'__Host-([\w-]+)'/g,
];

/** What writes a cookie. */
const WRITERS = /\b(?:setCookie|sealedCookie|signedCookie|serializeCookie)\(/;

function sources(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const ROOMS = [
  'packages/countersign/src/session',
  'packages/countersign/src/flows',
  'packages/countersign/src/http',
  'packages/countersign-server/src',
];

const FILES = ROOMS.flatMap(sources).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, ''),
}));

test('the inventory has every cookie that is set, and no others', () => {
  const named = FILES.flatMap(({ text }) =>
    NAMINGS.flatMap((naming) => [...text.matchAll(naming)].map(([, name = '']) => name)),
  );
  const page = readFileSync(join(ROOT, 'docs/security/pathways.md'), 'utf8');
  const rows = rowsIn(page, ['cookie', 'set by', 'for', 'lives']);
  const listed = rows.map(({ cookie }) => /^`__Host-([\w-]+)`$/.exec(cookie ?? '')?.[1] ?? '');
  expect(new Set(listed).size).toBe(rows.length);
  expect(listed.toSorted()).toEqual([...new Set(named)].toSorted());
});

test('cookies are written in the places that the inventory knows of', () => {
  const writers = FILES.filter(({ text }) => WRITERS.test(text)).map(({ path }) => path);
  expect(writers.toSorted()).toEqual([
    'packages/countersign-server/src/web/page-cookie.ts',
    'packages/countersign/src/flows/device-cookie.ts',
    'packages/countersign/src/flows/flow-cookies.ts',
    'packages/countersign/src/http/exchange.ts',
    'packages/countersign/src/session/session-cookie.ts',
  ]);
});
