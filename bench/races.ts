// The races of the library's tests, run by other products too, each as its documentation has it, and one
// table for the README. Exit code 1 when Countersign breaks a promise. Run it with `npm run bench -- races`.

import { readFileSync } from 'node:fs';

import type { Contender } from 'countersign-races';

import { betterAuthOnDatabase, betterAuthWithCookieCache } from './races/better-auth.js';
import {
  countersignInMemory,
  countersignOnPostgres,
  countersignOnPostgresNearCached,
  countersignOnRedis,
  countersignOnRedisNearCached,
  countersignOnSqlite,
} from './races/countersign.js';
import { expressSessionInMemory, expressSessionOnRedis } from './races/express-session.js';
import { fastifySessionInMemory } from './races/fastify-session.js';
import { ironSession } from './races/iron-session.js';
import { COLUMNS, runRaces, type Row } from './races/table.js';
import { startPostgres } from './services/postgres.js';
import { startRedis } from './services/redis.js';

const RIVALS: readonly string[] = [
  'express-session',
  'connect-redis',
  '@fastify/session',
  'better-auth',
  'iron-session',
];

/** As they are pinned for the benchmarks. */
function versions(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return RIVALS.map(
    (name) => `${name} ${new RegExp(`"${name}": "([^"]+)"`).exec(manifest)?.[1] ?? 'unknown'}`,
  ).join(', ');
}

const redis = await startRedis();
const postgres = await startPostgres();

const contenders: readonly Contender[] = [
  countersignInMemory(),
  countersignOnSqlite(),
  countersignOnRedis(redis.url),
  countersignOnRedisNearCached(redis.url),
  countersignOnPostgres(postgres.url),
  countersignOnPostgresNearCached(postgres.url),
  expressSessionInMemory(),
  expressSessionOnRedis(redis.url),
  fastifySessionInMemory(),
  betterAuthOnDatabase(postgres.url),
  betterAuthWithCookieCache(postgres.url),
  ironSession(),
];

const rows: Row[] = [];
try {
  for (const contender of contenders) rows.push(await runRaces(contender));
} finally {
  await redis.stop();
  await postgres.stop();
}

console.log(`node ${process.version}; ${versions()}\n`);
console.log(`| | ${COLUMNS.join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(COLUMNS.length)}`);
for (const { name, cells } of rows) console.log(`| ${name} | ${cells.join(' | ')} |`);

const broken = rows.filter(({ name, isKept }) => name.startsWith('Countersign') && !isKept);
for (const { name } of broken) console.error(`${name} broke a promise`);
process.exitCode = broken.length === 0 ? 0 : 1;
