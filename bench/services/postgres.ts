// A private PostgreSQL server that trusts everyone on this machine and does not wait for its disk: what
// is measured is CPU time.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import pg from 'pg';

import {
  findFreePort,
  makeFolder,
  MissingProgram,
  startProgram,
  type Owner,
  type PrivateServer,
} from './private-server.js';

/** Where Debian keeps them, one folder for each major version, and none of them on the PATH. */
const DEBIAN = '/usr/lib/postgresql';

/** @throws MissingProgram where it is not installed */
export async function startPostgres(): Promise<PrivateServer> {
  const binaries = findBinaries();
  const owner = unprivilegedOwner();
  const folder = makeFolder(owner);
  const data = join(folder, 'data');
  const layout = ['-D', data, '-U', 'bench', '--auth=trust', '--encoding=UTF8', '--no-locale'];
  const made = spawnSync(join(binaries, 'initdb'), layout, { cwd: folder, ...owner });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const port = await findFreePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=256MB',
    'fsync=off',
    // Its transactions would be counted, and its work measured.
    'autovacuum=off',
  ];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const url = `postgres://bench@127.0.0.1:${port}/postgres`;
  const program = { file: join(binaries, 'postgres'), args, signal: 'SIGQUIT', url } as const;
  return startProgram({ ...program, isReady: () => answers(url) }, folder, owner);
}

function findBinaries(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const folders = [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((v) => join(DEBIAN, v, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found !== undefined) return found;
  throw new MissingProgram('PostgreSQL is not installed. On Debian: apt-get install postgresql');
}

/** PostgreSQL refuses to run as root. Its Debian package brings a user, `postgres`. */
function unprivilegedOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (which: '-u' | '-g'): number =>
    Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}
