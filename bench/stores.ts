// What the verbs of the stores cost by themselves, in plain loops: memory beside a `Map`, SQLite beside a
// bare prepared statement on a file of its own. Exit code 1 when reading misses its bar. Run it with
// `npm run bench -- stores`.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { SessionRecord, SessionStore } from 'countersign';
import { memoryStore } from 'countersign/stores/memory';
import { openDatabase, sqliteStore } from 'countersign/stores/sqlite';

import { createTable } from './floor/table.js';
import { medianOf } from './measure/ratio.js';
import { printComparison, printHeading, type Pair } from './measure/report.js';

/** As many as the SQLite store remembers, and many more. */
const SESSIONS = 8_000;
const MANY_SESSIONS = 40_000;
const ROUNDS = 61;
const CALLS = 2_000;
/** Against a look-up in a `Map` of records, with the expiry checked. */
const MEMORY_BAR = 1.5;
/** Against a bare select of a row with three columns: a session that has not changed since it was read … */
const UNCHANGED_BAR = 1.25;
/** … and one that has to be fetched and parsed. */
const FETCHED_BAR = 3;
const HOUR_MS = 3_600_000;

type Work = (turn: number) => unknown;

let turn = 0;
let sink = 0;

/** Nanoseconds for one call. What is written waits for no promise: nobody else has the file open. */
function time(work: Work, { calls = CALLS, sessions = SESSIONS } = {}): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) {
    // Steps that visit every session before one comes twice.
    turn = (turn + 7_919) % sessions;
    if (work(turn) === null) sink += 1;
  }
  return Number(process.hrtime.bigint() - start) / calls;
}

function pairs(ours: Work, floor: Work, sessions: number = SESSIONS): readonly Pair[] {
  for (let warming = 0; warming < 10; warming += 1) {
    time(ours, { sessions });
    time(floor, { sessions });
  }
  return Array.from({ length: ROUNDS }, (_, round) => {
    if (round % 2 === 0)
      return { ours: time(ours, { sessions }), floor: time(floor, { sessions }) };
    const second = time(floor, { sessions });
    return { ours: time(ours, { sessions }), floor: second };
  });
}

function printCost(title: string, work: Work, calls: number): void {
  const costs = Array.from({ length: 9 }, () => time(work, { calls }));
  console.log(`${title.padEnd(36)}${(medianOf(costs) / 1_000).toFixed(1).padStart(8)} µs`);
}

const ids = Array.from({ length: MANY_SESSIONS }, () => randomBytes(18).toString('base64url'));
const now = Date.now();

function makeRecord(id: string, position: number): SessionRecord {
  const hash = randomBytes(32).toString('base64url');
  return {
    id,
    lineage: id,
    format: 1,
    revision: 0,
    userId: `user-${position}`,
    renewal: { generation: 0, hash, since: now, pending: null, previous: null },
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: now + HOUR_MS,
    replaced: false,
    remembered: false,
    factors: [{ kind: 'password', at: now }],
    client: {
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      address: '192.0.2.1',
    },
    deviceKey: null,
    data: '{"theme":"dark"}',
  };
}

function printCosts(name: string, store: SessionStore): void {
  let fresh = 0;
  let count = 0;
  printCost(
    `${name}: patch one key`,
    (at) => {
      count += 1;
      const set = new Map([['count', String(count)]]);
      return store.patch(idAt(at), { set, remove: new Set() }, {});
    },
    500,
  );
  printCost(
    `${name}: patch, and read again`,
    (at) => {
      const set = new Map([['count', String((count += 1))]]);
      void store.patch(idAt(at), { set, remove: new Set() }, {});
      return store.read(idAt(at));
    },
    500,
  );
  printCost(
    `${name}: touch, one of 100`,
    (at) => {
      if (at % 100 !== 0) return 0;
      const seen = now + (count += 1);
      return store.touch(ids.slice(at, at + 100).map((id) => ({ id, seen })));
    },
    10_000,
  );
  const extra = Array.from({ length: 9 * 500 }, () => randomBytes(18).toString('base64url'));
  printCost(
    `${name}: insert`,
    () => {
      fresh += 1;
      const id = extra[fresh - 1] ?? '';
      return store.insert(makeRecord(id, fresh), {});
    },
    500,
  );
  printCost(`${name}: list`, (at) => store.list(`user-${at}`), 500);
  printCost(`${name}: end (on disk)`, () => store.end([extra[(fresh -= 1)] ?? '']), 100);
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const memory = memoryStore();
const sqlite = sqliteStore({ path: join(folder, 'sessions.db') });
const map = new Map<string, SessionRecord>();
const table = createTable(openDatabase(join(folder, 'floor.db')));
for (const [position, id] of ids.entries()) {
  const record = makeRecord(id, position);
  map.set(id, record);
  table.insert(id, { userId: `user-${position}`, expiresAt: record.expiresAt });
  memory.insert(record, {});
  void sqlite.insert(record, {});
}

const idAt = (position: number): string => ids[position] ?? '';
const findInMap: Work = (at) => {
  const record = map.get(idAt(at));
  return record !== undefined && record.expiresAt > Date.now() ? record : null;
};
const readSqlite: Work = (at) => sqlite.read(idAt(at));
const findInTable: Work = (at) => table.find(idAt(at));

printHeading(`node ${process.version}: reading one session`);
const kept = [
  printComparison({
    title: 'memory',
    unit: 'ns',
    pairs: pairs((at) => memory.read(idAt(at)), findInMap),
    bar: MEMORY_BAR,
  }),
  printComparison({
    title: 'sqlite, unchanged',
    unit: 'ns',
    pairs: pairs(readSqlite, findInTable),
    bar: UNCHANGED_BAR,
  }),
  printComparison({
    title: 'sqlite, fetched',
    unit: 'ns',
    pairs: pairs(readSqlite, findInTable, MANY_SESSIONS),
    bar: FETCHED_BAR,
  }),
];
console.log('');
printCosts('memory', memory);
printCosts('sqlite', sqlite);
memory.close();
sqlite.close();
rmSync(folder, { recursive: true });
if (sink > 0) throw new Error(`${sink} sessions were not found`);
process.exitCode = kept.every(Boolean) ? 0 : 1;
