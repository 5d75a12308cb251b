// What the verbs cost where they are served, and what an announcement costs each process that hears it:
// CPU time of the servers and of this process, bytes on the wire. No bars: these are the constants of the
// simulation in scale/. Run it with `npm run bench -- costs`.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { createClient } from 'redis';

import { createSessions, type SessionRecord, type Sessions } from 'countersign';
import { nearCache } from 'countersign/stores/near-cache';

import { remoteClient, type Remote } from './remote/client.js';
import type { PrivateServer } from './services/private-server.js';
import { startServices } from './services/services.js';
import { userName } from './traffic/signed-in.js';

const SESSIONS = 4_000;
const CONCURRENCY = 16;
const LISTENERS = 20;
/** Long enough for a listening connection to be there, and for what was told to arrive. */
const HEARD_WITHIN_MS = 2_000;
const TOUCHES_AT_ONCE = 100;

/** Per operation. */
interface Cost {
  readonly serverMicros: number;
  readonly ownMicros: number;
  readonly bytes: number;
}

/** One operation, by its position. */
type Work = (position: number) => Promise<unknown>;

/** Bytes that a server has received and sent; where it does not count them, not a number. */
type CountBytes = () => Promise<number>;

const CLIENT = {
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  address: '203.0.113.47',
};

class Bench {
  readonly #server: PrivateServer;
  readonly #countBytes: CountBytes;

  constructor(server: PrivateServer, countBytes: CountBytes) {
    this.#server = server;
    this.#countBytes = countBytes;
  }

  /** Runs the work for every position, some at once. */
  async run(work: Work, count: number = SESSIONS): Promise<Cost> {
    const bytes = await this.#countBytes();
    const server = this.#server.cpuMicroseconds();
    const own = process.cpuUsage();
    let begun = 0;
    const runOne = async (): Promise<void> => {
      while (begun < count) await work((begun += 1) - 1);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, runOne));
    const { user, system } = process.cpuUsage(own);
    return {
      serverMicros: (this.#server.cpuMicroseconds() - server) / count,
      ownMicros: (user + system) / count,
      bytes: ((await this.#countBytes()) - bytes) / count,
    };
  }
}

function print(title: string, { serverMicros, ownMicros, bytes }: Cost): void {
  const figures = [serverMicros.toFixed(1), ownMicros.toFixed(1)].map((text) => text.padStart(10));
  console.log(
    title.padEnd(32) + figures.join('') + (bytes > 0 ? bytes.toFixed(0) : '').padStart(8),
  );
}

async function signIn(sessions: Sessions<Data>, position: number): Promise<string> {
  const session = await sessions.check(undefined, CLIENT);
  session.set('theme', 'dark');
  session.set('cart', [1_024, 2_048]);
  const result = await session.signIn(userName(position), { factors: ['password'] });
  const commit = await session.commit({ status: 200 });
  const token = commit.cookies.find(({ name }) => name === sessions.cookies.name)?.value;
  if (!result.ok || typeof token !== 'string') throw new Error('A user could not sign in');
  return token.slice(0, 24);
}

interface Data {
  readonly theme: string;
  readonly cart: readonly number[];
}

/** The verbs one after the other, the last of which ends all sessions again. */
async function printVerbs(
  name: string,
  bench: Bench,
  { remote, listening }: { readonly remote: Remote; readonly listening: readonly Remote[] },
): Promise<void> {
  const { store } = remote;
  const sessions = createSessions<Data>({ store, keys: [randomBytes(32)] });
  const ids: string[] = [];
  const idAt = (position: number): string => ids[position] ?? '';
  print(
    `${name}: sign-in`,
    await bench.run(async (position) => (ids[position] = await signIn(sessions, position))),
  );
  const records: (SessionRecord | null)[] = [];
  print(
    `${name}: read`,
    await bench.run(async (position) => (records[position] = await store.read(idAt(position)))),
  );
  const renew: Work = async (position) => {
    const record = records[position];
    if (record === undefined || record === null) throw new Error('A session is missing');
    const pending = { hash: randomBytes(32).toString('base64url'), keyId: 'abcdefgh' };
    return store.renew(record.id, record.renewal, { ...record.renewal, pending });
  };
  print(`${name}: renew`, await bench.run(renew));
  const patch = patchWith(store, ids);
  const unheard = await bench.run(patch);
  print(`${name}: patch`, unheard);
  const touch: Work = async (position) => {
    const batch = ids.slice(position * TOUCHES_AT_ONCE, (position + 1) * TOUCHES_AT_ONCE);
    await store.touch(batch.map((id) => ({ id, seen: Date.now() })));
  };
  // The first of a home brings its script to the server.
  await touch(0);
  const touches = await bench.run(touch, SESSIONS / TOUCHES_AT_ONCE);
  print(`${name}: touch, one of 100`, {
    serverMicros: touches.serverMicros / TOUCHES_AT_ONCE,
    ownMicros: touches.ownMicros / TOUCHES_AT_ONCE,
    bytes: touches.bytes / TOUCHES_AT_ONCE,
  });
  await printHearing(name, bench, { remotes: listening, patch, unheard });
  const signOut: Work = async (position) => {
    await store.end([idAt(position)]);
    return store.list(userName(position));
  };
  print(`${name}: sign-out`, await bench.run(signOut));
}

function patchWith(store: Remote['store'], ids: readonly string[]): Work {
  return async (position) => {
    const set = new Map([['theme', JSON.stringify(`light ${position}`)]]);
    return store.patch(ids[position] ?? '', { set, remove: new Set() }, {});
  };
}

interface Hearing {
  readonly remotes: readonly Remote[];
  readonly patch: Work;
  /** What a patch costs while nobody listens. */
  readonly unheard: Cost;
}

/** What a patch costs more for each near-cache that hears of it. */
async function printHearing(name: string, bench: Bench, hearing: Hearing): Promise<void> {
  const { remotes, patch, unheard } = hearing;
  const caches = remotes.map(({ store }) => nearCache(store));
  await sleep(HEARD_WITHIN_MS);
  const heard = await bench.run(patch);
  await sleep(HEARD_WITHIN_MS);
  for (const cache of caches) {
    const { invalidations } = cache.stats();
    if (invalidations < SESSIONS) throw new Error(`Only ${invalidations} patches were heard`);
    await cache.close();
  }
  const again = await bench.run(patch);
  const more = (figure: keyof Cost): number =>
    (heard[figure] - (unheard[figure] + again[figure]) / 2) / remotes.length;
  print(`${name}: hearing, each process`, {
    serverMicros: more('serverMicros'),
    ownMicros: more('ownMicros'),
    bytes: more('bytes'),
  });
}

function countRedisBytes(url: string): CountBytes {
  return async () => {
    const client = createClient({ url });
    await client.connect();
    const stats = await client.info('stats');
    client.destroy();
    const numbers = stats.matchAll(/^total_net_(?:in|out)put_bytes:(\d+)/gm);
    return [...numbers].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  };
}

const services = await startServices();
const cases = [
  {
    client: 'node-redis',
    server: services.redis,
    count: countRedisBytes(services.redis.url),
  },
  { client: 'pg', server: services.postgres, count: () => Promise.resolve(Number.NaN) },
];
console.log(
  `${''.padEnd(32)}${'server µs'.padStart(10)}${'own µs'.padStart(10)}${'bytes'.padStart(8)}`,
);
for (const { client, server, count } of cases) {
  const open = (): Promise<Remote> => remoteClient(client).open(server.url);
  const bench = new Bench(server, count);
  const remote = await open();
  const listening = await Promise.all(Array.from({ length: LISTENERS }, open));
  await printVerbs(client, bench, { remote, listening });
  for (const one of [remote, ...listening]) await one.close();
}
await services.stop();
