// A private Redis server: a free port of 127.0.0.1, a temporary folder, no persistence unless asked for.

import { freePort } from './free-port.js';
import { redisCommand } from './redis-command.js';
import { ServerProcess } from './server-process.js';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** SIGSTOP: connections stay open, and nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** After `kill`: the same port and folder. Resolves when it answers. */
  restart(): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

/** Resolves when it answers. `args` go to redis-server as they are: `['--appendonly', 'yes']`. */
export async function startRedis(
  options: { readonly args?: readonly string[] } = {},
): Promise<RedisServer> {
  const port = await freePort();
  const server = new ServerProcess('redis');
  const launch = {
    file: 'redis-server',
    args: [...Object.entries(settings(port, server.folder)).flat(), ...(options.args ?? [])],
    isReady: async (): Promise<boolean> => (await redisCommand(port, 'PING')) === 'PONG',
  };
  try {
    await server.start(launch);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => server.pause(),
    resume: () => server.resume(),
    kill: () => server.kill(),
    restart: () => server.start(launch),
    stop: () => server.stop(),
  };
}

function settings(port: number, folder: string): Readonly<Record<string, string>> {
  return {
    '--port': String(port),
    '--bind': '127.0.0.1',
    '--dir': folder,
    '--save': '',
    '--appendonly': 'no',
    '--daemonize': 'no',
  };
}
