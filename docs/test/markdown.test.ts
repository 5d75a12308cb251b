// Reading Markdown: what is found in it, so that a broken page is not overlooked.

import { describe, expect, test } from 'vitest';

import { anchorsIn, blocksIn, linksIn, pathsIn, rowsIn, scriptsIn, tableIn } from './markdown.js';

describe('links', () => {
  test('are found in prose, images, definitions and HTML', () => {
    const text = [
      'See [one](a.md), [two](<b.md> "title") and ![three](c.png).',
      '[four]: d.md',
      '<img src="e.png"> <a href="f.md#part">f</a>',
    ].join('\n');
    expect(linksIn(text)).toEqual(['a.md', 'b.md', 'c.png', 'd.md', 'e.png', 'f.md#part']);
  });

  test('are not found in code', () => {
    expect(linksIn('`[x](a.md)`\n\n```md\n[y](b.md)\n```\n\n~~~\n[z](c.md)\n~~~\n')).toEqual([]);
  });
});

test('anchors are made of headings, numbered where two are alike, not of comments in code', () => {
  const text =
    '# One `two`, three!\n\n```sh\n# no heading\n```\n\n## Part\n\n## Part\n\n## A [link](x.md)\n';
  expect([...anchorsIn(text)]).toEqual(['one-two-three', 'part', 'part-1', 'a-link']);
});

describe('paths', () => {
  const folders = ['docs', 'packages'];

  test('are found in spans and in blocks of code', () => {
    const text =
      'Read `docs/a.md` and `./docs/b.md`.\n\n```sh\nnode packages/c/d.mjs --port 1\n```\n';
    expect(pathsIn(text, folders)).toEqual(['packages/c/d.mjs', 'docs/a.md', 'docs/b.md']);
  });

  test('are not found in patterns, other words and prose', () => {
    expect(
      pathsIn('`packages/*/src` `docs/<name>.md` `countersign/docs/x` docs/x', folders),
    ).toEqual([]);
  });
});

test('npm scripts are found, but for those of another workspace', () => {
  expect(scriptsIn('`npm run test:unit`, `npm run bench -w bench`, npm run prose')).toEqual([
    'test:unit',
  ]);
});

test('a table is read by its columns', () => {
  const text = '| a | b |\n| - | - |\n| 1 | `2` |\n| 3 | 4 |\n\nafter\n';
  expect(tableIn(text, ['a', 'b'])).toEqual([
    { a: '1', b: '`2`' },
    { a: '3', b: '4' },
  ]);
  expect(tableIn(text, ['c'])).toEqual([]);
});

test('rows are those of the tables with these columns, under every heading', () => {
  const text =
    '# x\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n## y\n\n| c |\n| - |\n| 3 |\n\n## z\n\n| a | b |\n| - | - |\n| 4 | 5 |\n';
  expect(rowsIn(text, ['a', 'b'])).toEqual([
    { a: '1', b: '2' },
    { a: '4', b: '5' },
  ]);
});

test('blocks of a language are found, with the line where each begins', () => {
  const text = 'a\n\n```ts\none();\n```\n\n```sh\nno\n```\n\n```js\ntwo();\n```\n';
  expect(blocksIn(text, ['ts', 'js'])).toEqual([
    { line: 4, code: 'one();\n' },
    { line: 12, code: 'two();\n' },
  ]);
});
