// Both servers that the benchmarks need, or a word on what to install.

import { startPostgres } from './postgres.js';
import { MissingProgram, type PrivateServer } from './private-server.js';
import { startRedis } from './redis.js';

export interface Services {
  readonly redis: PrivateServer;
  readonly postgres: PrivateServer;
  stop(): Promise<void>;
}

/** Ends the process with code 1 where one of them is not installed. */
export async function startServices(): Promise<Services> {
  // Told to stop, a process ends without its exit handlers, and its servers would live on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const redis = await startRedis().catch(giveUp);
  const postgres = await startPostgres().catch(giveUp);
  const stop = async (): Promise<void> => {
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  return { redis, postgres, stop };
}

function giveUp(error: unknown): never {
  if (!(error instanceof MissingProgram)) throw error;
  console.error(error.message);
  process.exit(1);
}
