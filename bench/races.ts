// The races of the library's tests, run by other products too, each as its documentation has it, and one
// table for the README. Exit code 1 when Countersign breaks a promise. Run it with `npm run bench -- races`.

import { readFileSync } from 'node:fs';

import type { Contender } from 'countersign-races';

import { betterAuthOnDatabase, betterAuthWithCookieCache } from './races/better-auth.js';
import { countersignOn } from './races/countersign.js';
import { memory, nearCached, postgres, redis, sqlite } from './races/countersign-stores.js';
import { CONDITION_COLUMNS, runEndings } from './races/endings-table.js';
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

const redisServer = await startRedis();
const postgresServer = await startPostgres();

const distant: readonly Contender[] = [redis(redisServer.url), postgres(postgresServer.url)]
  .flatMap((setting) => [setting, nearCached(setting)])
  .map(countersignOn);

const contenders: readonly Contender[] = [
  countersignOn(memory),
  countersignOn(sqlite),
  ...distant,
  expressSessionInMemory(),
  expressSessionOnRedis(redisServer.url),
  fastifySessionInMemory(),
  betterAuthOnDatabase(postgresServer.url),
  betterAuthWithCookieCache(postgresServer.url),
  ironSession(),
];

const rows: Row[] = [];
const endings: Row[] = [];
try {
  for (const contender of contenders) rows.push(await runRaces(contender));
  for (const contender of distant) endings.push(await runEndings(contender));
} finally {
  await redisServer.stop();
  await postgresServer.stop();
}

function printTable(title: string, columns: readonly string[], lines: readonly Row[]): void {
  console.log(`| ${[title, ...columns].join(' | ')} |`);
  console.log(`| --- |${' --- |'.repeat(columns.length)}`);
  for (const { name, cells } of lines) console.log(`| ${[name, ...cells].join(' | ')} |`);
}

console.log(`node ${process.version}; ${versions()}\n`);
printTable('', COLUMNS, rows);
console.log('\nAccepted on other nodes after a sign-out, p50 / p99 / max; their networks are\n');
printTable('', CONDITION_COLUMNS, endings);

const own = [...rows.filter(({ name }) => name.startsWith('Countersign')), ...endings];
const broken = own.filter(({ isKept }) => !isKept);
for (const { name } of broken) console.error(`${name} broke a promise`);
process.exitCode = broken.length === 0 ? 0 : 1;
