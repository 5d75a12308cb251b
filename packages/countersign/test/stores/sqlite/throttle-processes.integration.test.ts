// Several processes count on one file: a thousand guesses at once are a thousand (G47).

import { expect, it } from 'vitest';

import { startChild } from './child.js';
import { newPath } from './folder.js';

/** What four processes were told that each of their guesses is the how-manieth of, in order. */
async function guess(each: number, freeFailures: number): Promise<readonly number[]> {
  const path = newPath();
  const args = [path, String(each), String(freeFailures)];
  const children = Array.from({ length: 4 }, () => startChild('guesser.mjs', args));
  await Promise.all(children.map(({ started }) => started));
  for (const { process } of children) process.stdin.write('go\n');
  const outputs = await Promise.all(children.map(({ ended }) => ended));
  expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ''));
  const counts = outputs.flatMap(({ stdout }): unknown => JSON.parse(stdout.replace('ready', '')));
  return counts.map(Number).toSorted((a, b) => a - b);
}

it('gives 1,000 guesses of four processes a number each (G47)', async () => {
  expect(await guess(250, 10_000)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
});

it('lets five of them through by default', async () => {
  expect(await guess(250, 5)).toEqual([1, 2, 3, 4, 5]);
});
