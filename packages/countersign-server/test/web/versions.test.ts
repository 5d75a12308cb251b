// That nobody learns from an answer which version of what is running here (ASVS 13.4.6).

import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { openTestDoor, signIn, signUp } from './door.js';

const { version, dependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string; readonly dependencies: Readonly<Record<string, string>> };

const PATHS = ['/', '/devices', '/sign-in', '/sign-up', '/nothing', '/healthz', '/assets/none.js'];

it('the version of the server, of Node and of packages is in no answer (13.4.6)', async () => {
  const door = await openTestDoor();
  await signUp(door);
  const visitor = await signIn(door);
  const versions = [version, process.version, ...Object.values(dependencies)];
  for (const path of PATHS) {
    const page = await visitor.get(path);
    const names = [...page.headers.keys()];
    expect(names.filter((name) => ['server', 'x-powered-by', 'via'].includes(name))).toEqual([]);
    const text = `${JSON.stringify([...page.headers])}${page.text}`;
    // Between digits and letters, as names of files with a hash have them, it is none.
    for (const one of versions)
      expect(text, path).not.toMatch(
        new RegExp(`(?<![\\w.])v?${one.replaceAll('.', '\\.')}(?![\\w.])`),
      );
  }
});
