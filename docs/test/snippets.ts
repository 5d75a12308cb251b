// Makes a program of a page: its blocks of TypeScript from top to bottom, each on the lines where the page
// has it, so that an error points into the page. `// prints: …` says what the program writes.

import { blocksIn } from './markdown.js';

/** The page as a module; the text between the blocks becomes empty lines. */
export function programOf(text: string): string {
  const lines = text.split('\n').map(() => '');
  for (const { line, code } of blocksIn(text, ['ts', 'js'])) {
    const own = code.replace(/\n$/, '').split('\n');
    lines.splice(line - 1, own.length, ...own);
  }
  return lines.join('\n');
}

/** What the page says that its program prints, line by line. */
export function promisedOutput(program: string): readonly string[] {
  return [...program.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line = '']) => line);
}
