import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import {
  startPostgres,
  type PostgresServer,
} from '../../../countersign/test/services/postgres-server.js';
import {
  startRedisCluster,
  type RedisCluster,
} from '../../../countersign/test/services/redis-cluster.js';
import { startRedis, type RedisServer } from '../../../countersign/test/services/redis-server.js';
import { startProxy } from '../../../countersign/test/services/tcp-proxy.js';
import { makeFolder } from '../setup/folder.js';
import { runCountersign, startDoorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor, linkIn, PASSWORD } from './http-visitor.js';
import { countMails, isIn, isWell, lastLetIn, sentTo, startTwo } from './several.js';

const BOUND_MS = 2_000;
const SECRET = 'hunter2';

let postgres: PostgresServer;
let redis: RedisServer;

beforeAll(async () => {
  postgres = await startPostgres();
  redis = await startRedis();
  const client = await createClient({ url: redis.url }).connect();
  await client.configSet('requirepass', SECRET);
  client.destroy();
});

afterAll(async () => {
  await redis.stop();
  await postgres.stop();
});

function withPassword(url: string): string {
  const secret = new URL(url);
  secret.password = SECRET;
  return secret.href;
}

describe('doorkeepers with sessions in Redis and accounts in PostgreSQL', () => {
  it('know who signed in at another, and refuse within the bound who signed out there', async () => {
    const args = ['--database', await postgres.createDatabase()];
    const [first, second] = await startTwo([...args, '--sessions', withPassword(redis.url)]);
    const ada = new HttpVisitor(first.url);
    expect((await ada.signUp(first)).status).toBe(303);
    const moved = sentTo(second, ada);
    for (let visit = 0; visit < 5; visit += 1)
      expect((await moved.get('/')).text).toContain('Welcome, ada');
    await ada.post('/sign-out', {});
    expect(await lastLetIn(moved)).toBeLessThan(BOUND_MS);
    const { stdout, stderr } = second.output;
    expect(stdout + stderr).not.toContain(SECRET);
    expect(stdout).toMatch(
      /Store accounts in PostgreSQL at \S+, sessions in Redis at 127\.0\.0\.1:\d+; an ending elsewhere is seen within 2 s\n/,
    );
  });
});

describe('a doorkeeper whose line to Redis has died without a word', () => {
  it('find links that the other has sent, and count together what is asked for', async () => {
    const [first, second] = await startTwo([
      '--database',
      await postgres.createDatabase(),
      '--sessions',
      withPassword(redis.url),
    ]);
    const ada = new HttpVisitor(second.url);
    await new HttpVisitor(first.url).post('/sign-up', { address: ADA });
    await ada.follow(linkIn(await first.mailTo(ADA)));
    const done = await ada.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD });
    expect(done.status).toBe(303);
    expect((await ada.get('/')).text).toContain(ADA);
    // Five to an address in an hour (G61), and not five by each.
    expect(await countMails([first, second])).toBe(5);
  });

  it('lets nobody in after the bound who was signed out elsewhere (promise 1)', async () => {
    const proxy = await startProxy(redis.port);
    onTestFinished(() => proxy.stop());
    const accounts = ['--database', await postgres.createDatabase()];
    const throughProxy = withPassword(`redis://127.0.0.1:${proxy.port}`);
    const [first, second] = await startTwo(
      [...accounts, '--sessions', withPassword(redis.url)],
      [...accounts, '--sessions', throughProxy],
    );
    const ada = new HttpVisitor(first.url);
    await ada.signUp(first);
    const moved = sentTo(second, ada);
    for (let visit = 0; visit < 5; visit += 1)
      expect((await moved.get('/password')).status).toBe(200);

    proxy.blackHole();
    await ada.post('/sign-out', {});
    expect(await lastLetIn(moved)).toBeLessThan(BOUND_MS);
    expect((await moved.get('/password')).status).toBe(503);
    expect((await (await fetch(`${second.url}/healthz`)).json()) as unknown).toEqual({
      status: 'unavailable',
      down: ['sessions'],
    });

    proxy.restore();
    await isWell(second.url);
    expect((await moved.get('/password')).status).toBe(303);
  });
});

describe('a doorkeeper with sessions in Redis and accounts in SQLite', () => {
  it('keeps both over a restart, and says that it has to be alone', async () => {
    const data = makeFolder();
    const env = { COUNTERSIGN_SESSIONS: withPassword(redis.url) };
    const first = await startDoorkeeper(data, [], env);
    expect(first.output.stdout).toContain('run one doorkeeper only');
    const ada = new HttpVisitor(first.url);
    await ada.signUp(first);
    expect((await first.stop()).code).toBe(0);
    const second = await startDoorkeeper(data, [], env);
    expect((await sentTo(second, ada).get('/')).text).toContain('Welcome, ada');
  });

  it('is a 503 while Redis is away, says which store it is, and goes on by itself', async () => {
    const own = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    try {
      const doorkeeper = await startDoorkeeper(makeFolder(), ['--sessions', own.url]);
      const { url, output, stop } = doorkeeper;
      const ada = new HttpVisitor(url);
      await ada.signUp(doorkeeper);
      await own.kill();
      const page = await ada.get('/devices');
      expect([page.status, page.headers.getSetCookie()]).toEqual([503, []]);
      const health = await fetch(`${url}/healthz`);
      expect([health.status, await health.json()]).toEqual([
        503,
        { status: 'unavailable', down: ['sessions'] },
      ]);
      await own.restart();
      await isWell(url);
      expect((await ada.get('/devices')).status).toBe(200);
      await isIn(() => output.stderr, '"event":"store-back"');
      expect(output.stderr).toContain('"event":"store-lost"');

      own.pause();
      const start = performance.now();
      expect((await ada.get('/devices')).status).toBe(503);
      expect(performance.now() - start).toBeLessThan(15_000);
      expect((await stop()).code).toBe(0);
      for (const line of output.stderr.trim().split('\n'))
        expect(JSON.parse(line)).toHaveProperty('event');
    } finally {
      await own.stop();
    }
  });

  it('writes what the library warns of as a line of its log', async () => {
    const limits = ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'];
    const own = await startRedis({ args: limits });
    try {
      const { output } = await startDoorkeeper(makeFolder(), ['--sessions', own.url]);
      await isIn(() => output.stderr, '\n');
      expect(JSON.parse(output.stderr.split('\n')[0] ?? '')).toMatchObject({
        level: 'warning',
        event: 'warning',
        name: 'CountersignWarning',
        message: expect.stringContaining('maxmemory-policy allkeys-lru') as unknown,
      });
    } finally {
      await own.stop();
    }
  });
});

describe('a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  it('is recognised, whichever of its servers is named', async () => {
    const [name = ''] = cluster.nodes.map(({ url }) => url);
    const doorkeeper = await startDoorkeeper(makeFolder(), ['--sessions', name]);
    const { url } = doorkeeper;
    for (const user of ['ada', 'bob', 'cleo', 'dan', 'eve', 'finn']) {
      const visitor = new HttpVisitor(url);
      expect((await visitor.signUp(doorkeeper, `${user}@example.org`)).status).toBe(303);
      expect((await visitor.get('/')).text).toContain(`Welcome, ${user}`);
      const again = new HttpVisitor(url);
      expect((await again.signIn(`${user}@example.org`)).status).toBe(303);
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe('a Redis that cannot be used', () => {
  it.each([
    ['nothing listens', (url: URL) => (url.port = '1'), 'nothing listens there'],
    ['the password is wrong', (url: URL) => (url.password = 'x'), 'it refuses this user or'],
    ['no password was given', (url: URL) => (url.password = ''), 'it asks for a password, and'],
    ['there is no such number', (url: URL) => (url.pathname = '/99'), 'it has no database of this'],
    [
      'it speaks no TLS',
      (url: URL) => url.href.replace('redis:', 'rediss:'),
      'it does not answer, or hangs up',
    ],
  ])('ends the start with 1 and the remedy where %s', async (_name, change, reason) => {
    const url = new URL(withPassword(redis.url));
    const changed = change(url);
    const { code, stdout, stderr } = await runCountersign(
      ['serve', '--port', '0', '--data', makeFolder(), '--wait', '1s'],
      { COUNTERSIGN_SESSIONS: changed.includes('://') ? changed : url.href },
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining(`cannot be used: ${reason}`)]);
    expect(stderr).toMatch(/\n.{20,}\.\n$/);
    expect(stdout + stderr).not.toMatch(/hunter2|\n\s+at /);
  });

  it('is told by name when it is a replica', async () => {
    const { hostname, port } = new URL(redis.url);
    const args = ['--replicaof', `${hostname} ${port}`, '--masterauth', SECRET];
    const replica = await startRedis({ args });
    try {
      const { code, stderr } = await runCountersign(
        ['serve', '--port', '0', '--data', makeFolder()],
        { COUNTERSIGN_SESSIONS: replica.url },
      );
      expect(code).toBe(1);
      expect(stderr).toBe(
        `Redis at 127.0.0.1:${replica.port} cannot be used: it is a replica, which takes no writes.\nName its master in COUNTERSIGN_SESSIONS.\n`,
      );
    } finally {
      await replica.stop();
    }
  });

  it('is given up when it hangs, and the process ends', async () => {
    const own = await startRedis();
    try {
      own.pause();
      const start = performance.now();
      const { code, stderr } = await runCountersign(
        ['serve', '--port', '0', '--data', makeFolder(), '--wait', '1s'],
        { COUNTERSIGN_SESSIONS: own.url },
      );
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('cannot be used: it does not answer, or hangs up'),
      ]);
      expect(performance.now() - start).toBeLessThan(25_000);
    } finally {
      await own.stop();
    }
  });

  it('leaves no connection to PostgreSQL behind that keeps the process', async () => {
    const args = ['--database', postgres.url, '--sessions', 'redis://127.0.0.1:1', '--wait', '0'];
    const start = performance.now();
    const { code } = await runCountersign(['serve', '--data', makeFolder(), ...args]);
    expect(code).toBe(1);
    expect(performance.now() - start).toBeLessThan(8_000);
  });
});
