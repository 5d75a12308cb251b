// What a signed-in session takes in Redis and in PostgreSQL: record, index and expiry, with a client's name
// and address and two small keys of data. 400 bytes is what is aimed at in Redis, and no bar. Run it with
// `npm run bench -- bytes`.

import { randomBytes } from 'node:crypto';

import pg from 'pg';
import { createClient } from 'redis';

import { createSessions } from 'countersign';

import { remoteClient, type Remote } from './remote/client.js';
import { startServices } from './services/services.js';
import { userName } from './traffic/signed-in.js';

/** PostgreSQL's pages fill evenly, and it is slow to fill: fewer are enough. */
const SESSIONS = { redis: 100_000, postgres: 20_000 };
/** Signed in at once. */
const CONCURRENCY = 64;
const AIM = 400;

interface Data {
  readonly theme: string;
  readonly cart: readonly number[];
}

const CLIENT = {
  userAgent:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  address: '203.0.113.47',
};

/** What the server holds, in bytes. */
type Measure = (url: string) => Promise<number>;

const redisMemory: Measure = async (url) => {
  const client = createClient({ url });
  await client.connect();
  const memory = await client.info('memory');
  client.destroy();
  return Number(/^used_memory:(\d+)/m.exec(memory)?.[1]);
};

const postgresSize: Measure = async (url) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ size: string }>(
    `SELECT sum(pg_total_relation_size(c.oid)) AS size
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'countersign' AND c.relkind = 'r'`,
  );
  await client.end();
  return Number(rows[0]?.size ?? 0);
};

/** Signs in, so many sessions for each user. */
async function fill(remote: Remote, count: number, perUser: number): Promise<void> {
  const sessions = createSessions<Data>({ store: remote.store, keys: [randomBytes(32)] });
  let begun = 0;
  const signIn = async (): Promise<void> => {
    while (begun < count) {
      const position = begun;
      begun += 1;
      const session = await sessions.check(undefined, CLIENT);
      const userId = `${perUser}-${userName(Math.floor(position / perUser))}`;
      session.set('theme', 'dark');
      session.set('cart', [1_024, 2_048]);
      const result = await session.signIn(userId, { factors: ['password'] });
      if (!result.ok) throw new Error('A user could not sign in');
      await session.commit({ status: 200 });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, signIn));
  await sessions.close();
}

const services = await startServices();
const cases = [
  { service: 'redis', client: 'node-redis', measure: redisMemory },
  { service: 'postgres', client: 'pg', measure: postgresSize },
] as const;
console.log('Bytes for each signed-in session with two small keys');
for (const { service, client, measure } of cases) {
  const { url } = services[service];
  for (const perUser of [1, 3]) {
    const count = SESSIONS[service];
    const remote = await remoteClient(client).open(url);
    const before = await measure(url);
    await fill(remote, count, perUser);
    const bytes = ((await measure(url)) - before) / count;
    await remote.close();
    const aim = service === 'redis' ? `  aim ${AIM}: ${bytes < AIM ? 'reached' : 'missed'}` : '';
    const title = `${service}, ${perUser} for each user`;
    console.log(`${title.padEnd(32)}${bytes.toFixed(0).padStart(6)}${aim}`);
  }
}
await services.stop();
