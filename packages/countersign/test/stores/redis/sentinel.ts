// A master with a replica, watched by one Sentinel that fails over by itself.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../../services/free-port.js';
import { redisCommand } from '../../services/redis-command.js';
import { startRedis, type RedisServer } from '../../services/redis-server.js';
import { ServerProcess } from '../../services/server-process.js';

export interface SentinelSetup {
  readonly sentinelPort: number;
  readonly name: string;
  readonly servers: readonly RedisServer[];
  /** The port of the master, by the Sentinel's word. */
  masterPort(): Promise<number>;
  stop(): Promise<void>;
}

/** @param downAfterMs silence after which the master is replaced, where that is not to happen by itself */
export async function startSentinel({ downAfterMs = 30_000 } = {}): Promise<SentinelSetup> {
  const args = ['--repl-diskless-sync-delay', '0'];
  const master = await startRedis({ args });
  const replica = await startRedis({
    args: [...args, '--replicaof', '127.0.0.1', `${master.port}`],
  });
  await until(async () =>
    (await redisCommand(replica.port, 'INFO replication')).includes('master_link_status:up'),
  );
  const sentinelPort = await freePort();
  const sentinel = new ServerProcess('sentinel');
  const config = join(sentinel.folder, 'sentinel.conf');
  writeFileSync(
    config,
    [
      `port ${sentinelPort}`,
      'bind 127.0.0.1',
      `sentinel monitor main 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds main ${downAfterMs}`,
      'sentinel failover-timeout main 2000',
      '',
    ].join('\n'),
  );
  await sentinel.start({
    file: 'redis-server',
    args: [config, '--sentinel'],
    isReady: async () => (await redisCommand(sentinelPort, 'PING')) === 'PONG',
  });
  await until(async () =>
    (await redisCommand(sentinelPort, 'INFO sentinel')).includes(
      `status=ok,address=127.0.0.1:${master.port},slaves=1`,
    ),
  );
  return {
    sentinelPort,
    name: 'main',
    servers: [master, replica],
    async masterPort() {
      const info = await redisCommand(sentinelPort, 'INFO sentinel');
      return Number(/address=127\.0\.0\.1:(\d+)/.exec(info)?.[1]);
    },
    async stop() {
      await sentinel.stop();
      await Promise.all([master.stop(), replica.stop()]);
    },
  };
}

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 40_000;
  while (!(await check())) {
    if (performance.now() > end) throw new Error('the Sentinel is not ready');
    await sleep(25);
  }
}
