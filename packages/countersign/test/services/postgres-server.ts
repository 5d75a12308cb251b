// A private PostgreSQL server: a free port of 127.0.0.1, a temporary folder, everyone trusted. It does
// not wait for the disk unless asked to. Where a project has a `globalSetup`, `postgres-template.ts`, its
// data begin as a copy.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import pg from 'pg';
import { inject } from 'vitest';

import { freePort } from './free-port.js';
import { findBinaries, initialize, unprivileged, USER } from './postgres-data.js';
import { ServerProcess } from './server-process.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder that `postgres-template.ts` has made. Absent where it is no setup of the project. */
    readonly postgresTemplate?: string;
  }
}

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
  const data = join(server.folder, 'data');
  const launch = {
    file: join(findBinaries(), 'postgres'),
    args: ['-D', data, ...settings(port), ...(options.args ?? [])],
    isReady: (pid: number): Promise<boolean> => Promise.resolve(isReady(data, pid)),
  };
  try {
    const template = inject('postgresTemplate');
    if (template === undefined) await initialize(server, data);
    else await server.run('cp', ['-R', '-p', template, data]);
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
    // For copies of the server, and for halves of pages after the machine has died: there are none.
    wal_level: 'minimal',
    max_wal_senders: 0,
    full_page_writes: 'off',
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

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
