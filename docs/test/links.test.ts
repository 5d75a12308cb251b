// What the pages point at is there: files, headings, npm scripts.

import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { describe, expect, test } from 'vitest';

import { anchorsIn, linksIn, type Page, pathsIn, scriptsIn } from './markdown.js';
import { readPages, ROOT } from './pages.js';

const FOLDERS = ['.ci', '.vscode', 'bench', 'docs', 'examples', 'packages', 'scripts'];

const pages = readPages();
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Links to other sites are not followed: whether they answer is not ours to decide. */
function isElsewhere(target: string): boolean {
  return /^([a-z][a-z+.-]*:|\/\/)/i.test(target);
}

function brokenLinks({ path, text }: Page): readonly string[] {
  return linksIn(text)
    .filter((target) => !isElsewhere(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#', 2);
      const aim = file === '' ? path : posix.join(posix.dirname(path), decodeURI(file));
      if (!existsSync(join(ROOT, aim))) return true;
      if (anchor === undefined) return false;
      return !anchorsIn(readFileSync(join(ROOT, aim), 'utf8')).has(decodeURI(anchor));
    });
}

/** What a build makes need not be there. */
function isBuilt(path: string): boolean {
  return path.split('/').includes('dist');
}

test('there are pages to look at', () => {
  expect(pages.map(({ path }) => path)).toContain('docs/reference/errors.md');
});

test('every page of the reference is linked from its first page', () => {
  const folder = 'docs/reference/';
  const linked = linksIn(pages.find(({ path }) => path === `${folder}README.md`)?.text ?? '');
  const others = pages
    .map(({ path }) => path)
    .filter((path) => path.startsWith(folder) && !path.endsWith('/README.md'))
    .map((path) => path.slice(folder.length));
  expect(others.filter((path) => !linked.includes(path))).toEqual([]);
});

describe.each(pages)('$path', (page) => {
  test('links to what is there', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test('mentions paths that are there', () => {
    const missing = pathsIn(page.text, FOLDERS).filter(
      (path) => !isBuilt(path) && !existsSync(join(ROOT, path)),
    );
    expect(missing).toEqual([]);
  });

  test('mentions npm scripts that are there', () => {
    expect(scriptsIn(page.text).filter((script) => !(script in manifest.scripts))).toEqual([]);
  });
});
