// What an application in TypeScript sees of the adapters: the programs in types/ are compiled against
// the published types, each with its own registration of session data.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const COMPILER = fileURLToPath(
  new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url),
);

async function compile(program: string): Promise<string> {
  const project = fileURLToPath(new URL(`types/${program}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [COMPILER, '-p', project], (error, stdout) => {
      resolve(error === null ? stdout : `${error.message}\n${stdout}`);
    });
  });
}

test('req.session is typed by what was registered, on every server, without a cast', async () => {
  expect(await compile('registered')).toBe('');
});

test('requestProperty: false leaves req.session to another package', async () => {
  expect(await compile('opted-out')).toBe('');
});
