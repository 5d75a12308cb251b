// The data folder of a PostgreSQL server that has never run, and the programs for it.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import type { Owner, ServerProcess } from './server-process.js';

/** Who owns all of it. */
export const USER = 'countersign';
/** Where Debian keeps them, one folder for each major version, and none of them on the PATH. */
const DEBIAN = '/usr/lib/postgresql';

/** Makes it in the server's folder. */
export async function initialize(server: ServerProcess, data: string): Promise<void> {
  await server.run(join(findBinaries(), 'initdb'), [
    `--pgdata=${data}`,
    `--username=${USER}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
    // In megabytes, which are written at once.
    '--wal-segsize=1',
  ]);
}

/** The newest of Debian's, else those of the PATH. */
export function findBinaries(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.map(Number).toSorted((a, b) => b - a);
  const folders = [
    ...newestFirst.map((version) => join(DEBIAN, String(version), 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: no initdb was found');
  return found;
}

/** PostgreSQL refuses to run as root. Its Debian package brings a user, `postgres`. */
export function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (which: '-u' | '-g'): number =>
    Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
