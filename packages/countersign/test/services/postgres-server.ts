// A private PostgreSQL server: a free port of 127.0.0.1, a temporary folder, everyone trusted. It does
// not wait for the disk unless asked to.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import pg from 'pg';

import { freePort } from './free-port.js';
import { ServerProcess, type Owner } from './server-process.js';

const USER = 'countersign';
/** Where Debian keeps them, one folder for each major version, and none of them on the PATH. */
const DEBIAN = '/usr/lib/postgresql';

export interface PostgresServer {
  readonly port: number;
  /** Of the database `postgres`. */
  readonly url: string;
  /** An empty database of its own. Its URL. */
  createDatabase(): Promise<string>;
  /** SIGSTOP for the server and every process of a connection: nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL for all of them. */
  kill(): Promise<void>;
  /** After `kill`: the same port and folder. Resolves when it takes connections. */
  restart(): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

/** Resolves when it takes connections. `args` go to postgres as they are: `['-c', 'fsync=on']`. */
export async function startPostgres(
  options: { readonly args?: readonly string[] } = {},
): Promise<PostgresServer> {
  const port = await freePort();
  const server = new ServerProcess('postgres', unprivileged());
  const binaries = findBinaries();
  const data = join(server.folder, 'data');
  const launch = {
    file: join(binaries, 'postgres'),
    args: ['-D', data, ...settings(port), ...(options.args ?? [])],
    isReady: (pid: number): Promise<boolean> => Promise.resolve(isReady(data, pid)),
  };
  try {
    await server.run(join(binaries, 'initdb'), [
      `--pgdata=${data}`,
      `--username=${USER}`,
      '--auth=trust',
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
    ]);
    await server.start(launch);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const urlOf = (database: string): string => `postgres://${USER}@127.0.0.1:${port}/${database}`;
  let databases = 0;
  return {
    port,
    url: urlOf('postgres'),
    createDatabase: async () => {
      databases += 1;
      const name = `database_${databases}`;
      await execute(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    pause: () => server.pause(),
    resume: () => server.resume(),
    kill: () => server.kill(),
    restart: () => server.start(launch),
    stop: () => server.stop(),
  };
}

function settings(port: number): readonly string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '16MB',
    max_wal_size: '256MB',
    fsync: 'off',
    // Workers of this server must not add to the load of tests on two processors.
    max_parallel_workers: 0,
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The last line of its pid file says so, as pg_ctl reads it; the first tells this run's from an older one's. */
function isReady(data: string, pid: number): boolean {
  const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').trimEnd().split('\n');
  return lines[0] === String(pid) && lines.at(-1)?.trim() === 'ready';
}

/** The newest of Debian's, else those of the PATH. */
function findBinaries(): string {
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
function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (which: '-u' | '-g'): number =>
    Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
