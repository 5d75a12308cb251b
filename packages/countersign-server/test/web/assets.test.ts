import { createContext, runInContext } from 'node:vm';

import { describe, expect, it } from 'vitest';

import { loadAssets } from '../../src/web/assets.js';

const { paths, find } = loadAssets();

function bodyOf(path: string): string {
  return find(path.slice('/assets/'.length))?.body ?? '';
}

describe('assets', () => {
  it('join the stylesheet from its parts, what comes later last', () => {
    const sheet = bodyOf(paths.stylesheet);
    const places = ['--paper: #f5f4ef', '.field {', '.gate {', '.bar {', '.item {', '@media print'];
    const found = places.map((text) => sheet.indexOf(text));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    // Nothing is fetched from anywhere, and nothing is written where the policy would not see it.
    expect(sheet).not.toMatch(/url\(|@import/);
  });

  it('are scripts that browsers take as such', () => {
    for (const path of [...Object.values(paths.scripts), paths.passwordJudge]) {
      expect(path).toMatch(/^\/assets\/[a-z-]+\.[0-9a-f]{12}\.js$/);
      expect(find(path.slice('/assets/'.length))?.type).toBe('text/javascript; charset=utf-8');
      expect(/\beval\(|new Function|innerHTML/.test(bodyOf(path)), path).toBe(false);
    }
  });

  it('have a judge of passwords that runs by itself, and knows bad ones', () => {
    const answers: { score: number; advice: string }[] = [];
    let ask: (event: object) => void = () => undefined;
    const scope = {
      addEventListener: (_: string, listener: typeof ask) => (ask = listener),
      postMessage: (answer: (typeof answers)[number]) => answers.push(answer),
    };
    const source = bodyOf(paths.passwordJudge);
    runInContext(source, createContext(scope));
    for (const password of ['password', 'nine lanterns by the quay', 'ada@example.org'])
      ask({ data: { id: 1, password, about: ['ada@example.org'] } });
    expect(answers.map(({ score }) => score)).toEqual([0, 4, 0]);
    expect(answers[0]?.advice).toBe('Very many people use this one.');
    expect(answers[1]?.advice).toBe('');
    expect(answers[2]?.advice).toBe('It has your own name in it.');
  });
});
