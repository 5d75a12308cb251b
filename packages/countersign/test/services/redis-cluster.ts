// A private Redis Cluster: three masters that share the slots evenly, with a replica each if asked for.

import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './free-port.js';
import { redisCommand } from './redis-command.js';
import { startRedis, type RedisServer } from './redis-server.js';

const MASTERS = 3;
const SLOTS = 16_384;
const READY_WITHIN_MS = 40_000;
const POLL_MS = 25;
/** A failover takes about twice this. */
const QUICK_TIMEOUT_MS = 1_000;
/** A machine that is busy with other tests is no failure. */
const PATIENT_TIMEOUT_MS = 15_000;
/** A node that says nothing for so long is down or paused. */
const CLAIM_WITHIN_MS = 2_000;

export interface RedisCluster {
  /** In the order of their start: the first three began as masters. */
  readonly nodes: readonly RedisServer[];
  readonly ports: readonly number[];
  /** Those that serve slots now, by their own word; of two that claim the same, the later elected. */
  masters(): Promise<readonly RedisServer[]>;
  stop(): Promise<void>;
}

interface Node {
  readonly server: RedisServer;
  readonly busPort: number;
}

export interface ClusterOptions {
  /** Of each master. */
  readonly replicas?: 0 | 1;
  /**
   * Silence after which a node counts as failed, and before a master that was away serves again. Default: a second
   * with replicas, of which one shall take its place soon, and long without them.
   */
  readonly nodeTimeoutMs?: number;
  /** For every node, as they go to redis-server. */
  readonly args?: readonly string[];
}

/** Resolves when every node knows that all slots are served, and replicas have their master's data. */
export async function startRedisCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  const count = MASTERS * (1 + (options.replicas ?? 0));
  const started = await Promise.allSettled(Array.from({ length: count }, () => startNode(options)));
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map(({ server }) => server.stop()));
  };
  try {
    const failure = started.find((one) => one.status === 'rejected');
    if (failure !== undefined) throw new Error('no cluster', { cause: failure.reason });
    await join(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const servers = nodes.map(({ server }) => server);
  return {
    nodes: servers,
    ports: servers.map(({ port }) => port),
    masters: () => mastersAmong(servers),
    stop,
  };
}

async function startNode({ replicas = 0, args = [], ...rest }: ClusterOptions): Promise<Node> {
  const busPort = await freePort();
  const standard = replicas === 0 ? PATIENT_TIMEOUT_MS : QUICK_TIMEOUT_MS;
  const timeout = rest.nodeTimeoutMs ?? standard;
  const server = await startRedis({
    args: [
      ...'--cluster-enabled yes --repl-diskless-sync-delay 0'.split(' '),
      ...`--cluster-port ${busPort} --cluster-node-timeout ${timeout}`.split(' '),
      // A failover must not be refused because the replica was away for a moment.
      ...'--cluster-replica-validity-factor 0'.split(' '),
      ...args,
    ],
  });
  return { server, busPort };
}

async function join(nodes: readonly Node[]): Promise<void> {
  const masters = nodes.slice(0, MASTERS);
  const replicas = nodes.slice(MASTERS);
  for (const [index, { server }] of nodes.entries()) {
    await redisCommand(server.port, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
  }
  for (const [index, { server }] of masters.entries()) {
    const first = Math.floor((index * SLOTS) / MASTERS);
    const last = Math.floor(((index + 1) * SLOTS) / MASTERS) - 1;
    await redisCommand(server.port, `CLUSTER ADDSLOTSRANGE ${first} ${last}`);
  }
  // Everyone is introduced to everyone: gossip alone takes seconds.
  for (const { server } of nodes) {
    for (const other of nodes) {
      if (other.server === server) continue;
      const address = `127.0.0.1 ${other.server.port} ${other.busPort}`;
      await redisCommand(server.port, `CLUSTER MEET ${address}`);
    }
  }
  await Promise.all(nodes.map(({ server }) => until(() => knows(server, nodes.length))));
  for (const [index, { server }] of replicas.entries()) {
    const id = await redisCommand(masters[index]?.server.port ?? 0, 'CLUSTER MYID');
    await until(() => follows(server, id));
  }
  await Promise.all(nodes.map(({ server }) => until(() => servesAll(server))));
  await Promise.all(replicas.map(({ server }) => until(() => isInStep(server))));
}

async function knows({ port }: RedisServer, count: number): Promise<boolean> {
  const lines = (await redisCommand(port, 'CLUSTER NODES')).trim().split('\n');
  return lines.length === count && !lines.some((line) => line.includes('handshake'));
}

/** The command fails while the node has not heard that the other one is a master. */
async function follows({ port }: RedisServer, masterId: string): Promise<boolean> {
  return (await redisCommand(port, `CLUSTER REPLICATE ${masterId}`)) === 'OK';
}

async function servesAll({ port }: RedisServer): Promise<boolean> {
  const info = await redisCommand(port, 'CLUSTER INFO');
  return info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`);
}

async function isInStep({ port }: RedisServer): Promise<boolean> {
  return (await redisCommand(port, 'INFO replication')).includes('master_link_status:up');
}

async function mastersAmong(servers: readonly RedisServer[]): Promise<readonly RedisServer[]> {
  const claims = await Promise.all(servers.map(claimOf));
  const latest = new Map<string, { readonly server: RedisServer; readonly epoch: number }>();
  for (const claim of claims) {
    if (claim === undefined) continue;
    const rival = latest.get(claim.slots);
    if (rival === undefined || rival.epoch < claim.epoch) latest.set(claim.slots, claim);
  }
  return [...latest.values()].map(({ server }) => server);
}

/** What a node says of itself: `<id> <address> <flags> <master> <ping> <pong> <epoch> <link> <slots…>`. */
async function claimOf(
  server: RedisServer,
): Promise<{ server: RedisServer; epoch: number; slots: string } | undefined> {
  try {
    const reply = await redisCommand(server.port, 'CLUSTER NODES', CLAIM_WITHIN_MS);
    const lines = reply.split('\n');
    const own = lines.find((line) => line.includes('myself'))?.split(' ') ?? [];
    const slots = own.slice(8).join(' ');
    return slots === '' ? undefined : { server, epoch: Number(own[6]), slots };
  } catch {
    // It is down or paused, so it serves nothing.
    return undefined;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const failure = await isSo().then(
      (yes) => (yes ? undefined : new Error('the cluster did not form')),
      (error: unknown) => new Error('the cluster did not form', { cause: error }),
    );
    if (failure === undefined) return;
    if (performance.now() > end) throw failure;
    await sleep(POLL_MS);
  }
}
