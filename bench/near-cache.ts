// What a near-cache takes: bytes of memory for each session that it holds, nanoseconds for a hit beside a
// read of the memory store, and for keeping what was read. Exit code 1 when a hit misses its bar. Run it
// with `npm run bench -- near-cache`.

import { randomBytes, randomUUID } from 'node:crypto';

import type { SessionRecord, SessionStore } from 'countersign';
import { memoryStore } from 'countersign/stores/memory';
import { nearCache, type NearCache } from 'countersign/stores/near-cache';

import { medianOf } from './measure/ratio.js';
import { printComparison, printHeading, type Pair } from './measure/report.js';

const SIZES = [10_000, 100_000, 1_000_000];
/** It looks at its lease and counts, besides. */
const HIT_BAR = 1.5;
const ROUNDS = 41;
const CALLS = 20_000;
const HOUR_MS = 3_600_000;

/** As many browsers as make up nearly all visits to a large site. */
const USER_AGENTS = Array.from(
  { length: 200 },
  (_, version) =>
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    `Chrome/${version}.0.0.0 Safari/537.36`,
);

let sink = 0;

/** Numbers that run through all of them once, in an order that no cache of the processor can guess. */
function* scattered(count: number): Generator<number> {
  for (let i = 0, at = 0; i < count; i += 1) {
    at = (at + 7_919) % count;
    yield at;
  }
}

function recordText(id: string, position: number): string {
  const now = Date.now();
  const record: SessionRecord = {
    id,
    lineage: id,
    format: 1,
    revision: 3,
    userId: randomUUID(),
    renewal: {
      generation: 2,
      hash: randomBytes(32).toString('base64url'),
      since: now,
      pending: null,
      previous: { hash: randomBytes(32).toString('base64url'), until: now + 300_000 },
    },
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: now + HOUR_MS,
    replaced: false,
    remembered: false,
    factors: [{ kind: 'password', at: now }],
    client: {
      userAgent: USER_AGENTS[position % USER_AGENTS.length] ?? '',
      address: `192.0.2.${position % 256}`,
    },
    deviceKey: null,
    data: '{"theme":"dark","cart":["a-1","b-2"]}',
  };
  return JSON.stringify(record);
}

function isRecord(value: unknown): value is SessionRecord {
  return typeof value === 'object' && value !== null && 'renewal' in value;
}

/** A Cookie header of the usual length, and an id cut out of it, as a request brings it. */
function arrivingId(): string {
  const header = `theme=dark; __Host-id=${randomBytes(60).toString('base64url')}; ${'x'.repeat(1_500)}`;
  const start = header.indexOf('=', 12) + 1;
  return header.slice(start, start + 24);
}

/** A store that makes each record anew from text, as one that answers over a socket does. */
function parsingStore(): SessionStore {
  const memory = memoryStore();
  let position = 0;
  return {
    remote: true,
    read: (id) => {
      const record: unknown = JSON.parse(recordText(id, (position += 1)));
      return isRecord(record) ? { ...record, id } : null;
    },
    epoch: (userId) => memory.epoch(userId),
    insert: (record, guard) => memory.insert(record, guard),
    patch: (id, change, guard) => memory.patch(id, change, guard),
    renew: (id, from, to) => memory.renew(id, from, to),
    bind: (id, from, to) => memory.bind(id, from, to),
    touch: (batch) => memory.touch(batch),
    end: (ids) => memory.end(ids),
    endUser: (userId, options) => memory.endUser(userId, options),
    changeEpoch: (userId) => memory.changeEpoch(userId),
    endEveryone: () => memory.endEveryone(),
    list: (userId) => memory.list(userId),
    sweep: (limit) => memory.sweep(limit),
    subscribe: (listener) => memory.subscribe(listener),
    close: () => memory.close(),
  };
}

/** Bytes in use once everything that can be collected is. */
function bytesInUse(): number {
  for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function newIds(count: number): readonly string[] {
  return Array.from({ length: count }, () => randomBytes(18).toString('base64url'));
}

/** Fills a cache to the brim; the ids that were put in are in no list, so that their bytes are counted. */
function printSize(size: number): void {
  const cache = nearCache(parsingStore(), { maxEntries: size });
  const before = bytesInUse();
  let longest = 0n;
  const start = process.hrtime.bigint();
  for (let i = 0; i < size; i += 1) {
    const id = arrivingId();
    const begin = process.hrtime.bigint();
    void cache.read(id);
    const took = process.hrtime.bigint() - begin;
    if (took > longest) longest = took;
  }
  const each = Number(process.hrtime.bigint() - start) / size;
  const { entries } = cache.stats();
  const bytes = (bytesInUse() - before) / entries;
  const columns = [
    size.toLocaleString('en').padStart(10),
    entries.toLocaleString('en').padStart(12),
    bytes.toFixed(0).padStart(8),
    `${((bytes * entries) / 2 ** 20).toFixed(0)} MiB`.padStart(12),
    `${(each / 1_000).toFixed(1)} µs`.padStart(12),
    `${(Number(longest) / 1e6).toFixed(0)} ms`.padStart(12),
  ];
  console.log(columns.join(''));
  void cache.close();
}

function time(work: (id: string) => unknown, ids: readonly string[]): number {
  const order = [...scattered(Math.min(CALLS, ids.length))].map((at) => ids[at] ?? '');
  const start = process.hrtime.bigint();
  for (const id of order) if (work(id) === null) sink += 1;
  return Number(process.hrtime.bigint() - start) / order.length;
}

function printHit(sessions: number): boolean {
  const store = memoryStore({ maxSessions: sessions });
  const inner = memoryStore({ maxSessions: sessions });
  const cache: NearCache = nearCache(inner, { maxEntries: 2 * sessions });
  const ids = newIds(sessions);
  for (const [position, id] of ids.entries()) {
    const record: unknown = JSON.parse(recordText(id, position));
    if (!isRecord(record)) continue;
    store.insert(record, {});
    inner.insert(record, {});
    void cache.read(id);
  }
  const both = (): Pair => ({
    ours: time((id) => cache.peek(id), ids),
    floor: time((id) => store.read(id), ids),
  });
  for (let warming = 0; warming < 10; warming += 1) both();
  const pairs = Array.from({ length: ROUNDS }, both);
  const keeping = Array.from({ length: 9 }, () => time((id) => cache.read(id), ids));
  const isKept = printComparison({
    title: `a hit among ${sessions.toLocaleString('en')}`,
    unit: 'ns',
    pairs,
    bar: HIT_BAR,
  });
  console.log(`${''.padEnd(24)}read and kept: ${medianOf(keeping).toFixed(0)} ns`);
  void cache.close();
  store.close();
  return isKept;
}

console.log(`node ${process.version}: memory of a full near-cache`);
console.log('maxEntries     entries   bytes       total      reading     longest');
for (const size of SIZES) printSize(size);
console.log('');
printHeading('a hit, beside a read of the memory store');
const kept = [10_000, 100_000].map(printHit);
if (sink > 0) throw new Error(`${sink} sessions were not found`);
process.exitCode = kept.every(Boolean) ? 0 : 1;
