// A private Redis server, without persistence.

import { spawnSync } from 'node:child_process';

import { createClient } from 'redis';

import {
  findFreePort,
  makeFolder,
  MissingProgram,
  startProgram,
  type PrivateServer,
} from './private-server.js';

const PROGRAM = 'redis-server';

/** @throws MissingProgram where it is not installed */
export async function startRedis(): Promise<PrivateServer> {
  if (spawnSync(PROGRAM, ['--version']).status !== 0) {
    throw new MissingProgram('Redis is not installed. On Debian: apt-get install redis-server');
  }
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const program = { file: PROGRAM, args, signal: 'SIGKILL', url } as const;
  return startProgram({ ...program, isReady: () => answers(url) }, makeFolder());
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.ping()) === 'PONG';
  } finally {
    client.destroy();
  }
}
