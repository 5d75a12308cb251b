// The servers that a page's program needs: it names the variable of the environment that an application
// would have, and gets a private server of its own behind it.

import { startPostgres } from '../../packages/countersign/test/services/postgres-server.js';
import { startRedis } from '../../packages/countersign/test/services/redis-server.js';

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const SERVERS: Readonly<Record<string, () => Promise<Server>>> = {
  DATABASE_URL: startPostgres,
  REDIS_URL: startRedis,
};

export interface Servers {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts what `program` names. */
export async function startServersFor(program: string): Promise<Servers> {
  const started: Server[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const env: Record<string, string> = {};
  try {
    for (const variable of variablesIn(program)) {
      const server = await SERVERS[variable]?.();
      if (server === undefined) continue;
      started.push(server);
      env[variable] = server.url;
    }
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The variables in a program that stand for a server. */
export function variablesIn(program: string): readonly string[] {
  return Object.keys(SERVERS).filter((variable) => new RegExp(`\\b${variable}\\b`).test(program));
}
