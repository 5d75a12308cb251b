// Whether what a refused sign-in costs tells if there is such an account (G10, G48; ASVS 6.3.8): the whole of
// `verifyPassword`, with the real argon2id at the least cost and a store in memory, thousands of tries of
// every kind in turn. Exit code 1 when a kind can be told from a known name with a wrong password, when a
// planted leak is not seen, or when an oversized password costs more than 5 ms (G8). Run it with
// `npm run bench -- enumeration`.

import { randomBytes } from 'node:crypto';

import { createAccounts, type Accounts } from 'countersign/accounts';
import { argon2Hasher } from 'countersign/accounts/argon2';
import { memoryAccountStore } from 'countersign/stores/memory';

import { createPeople, KINDS, type Kind, type People } from './enumeration/people.js';
import {
  printHeading,
  printLine,
  type Bars,
  type Cost,
  type Verdicts,
} from './enumeration/report.js';
import { Random } from './scale/random.js';

const ROUNDS = 1_000;
const WARMING = 20;
const BARS: Bars = { z: 3.5, part: 0.01 };
/** What is added to one kind, to show that as little is seen: a fiftieth of the work. */
const PLANTED_MS = 0.2;
const WRONG = 'seven lamps and a quiet otter';
const OVERSIZED_BAR_MS = 5;

/** By kind, in the order of the rounds. */
type Costs = ReadonlyMap<Kind, readonly Cost[]>;

/** One refused sign-in. */
async function attempt(accounts: Accounts, kind: Kind, name: string): Promise<Cost> {
  const work = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = await accounts.verifyPassword({ name, password: WRONG });
  if (kind === 'planted') spin(PLANTED_MS);
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(work);
  if (result.ok || result.reason !== 'refused') throw new Error(`${kind} was not refused`);
  return { took, worked: (user + system) / 1_000 };
}

function spin(ms: number): void {
  const end = process.hrtime.bigint() + BigInt(ms * 1e6);
  while (process.hrtime.bigint() < end);
}

/** Every kind once in each round, in an order left to chance, so that whatever else runs falls on all. */
async function measure(accounts: Accounts, people: People): Promise<Costs> {
  const random = new Random(8_675_309);
  const costs = new Map<Kind, Cost[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < WARMING + ROUNDS; round += 1) {
    const order = KINDS.map((kind) => ({ kind, key: random.next() })).toSorted(
      (a, b) => a.key - b.key,
    );
    for (const { kind } of order) {
      const cost = await attempt(accounts, kind, people[kind][round] ?? '');
      if (round >= WARMING) costs.get(kind)?.push(cost);
    }
  }
  return costs;
}

/** CPU time of one refused password of 100 kB, the longest of several kinds of letters. */
async function oversizedMs(accounts: Accounts): Promise<number> {
  const calls = 500;
  let longest = 0;
  for (const password of ['x'.repeat(100_000), 'é'.repeat(50_000), '🦦'.repeat(25_000)]) {
    const start = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) {
      const result = await accounts.verifyPassword({ name: 'somebody', password });
      if (result.ok || result.reason !== 'malformed') throw new Error('not refused as malformed');
    }
    const { user, system } = process.cpuUsage(start);
    longest = Math.max(longest, (user + system) / 1_000 / calls);
  }
  return longest;
}

const store = memoryAccountStore();
const accounts = createAccounts({
  store,
  keys: [randomBytes(32)],
  hasher: argon2Hasher({ memory: 12_288, passes: 3 }),
});
const people = await createPeople(accounts, store, WARMING + ROUNDS);
const costs = await measure(accounts, people);
const known = costs.get('known') ?? [];

printHeading(
  `node ${process.version}: a refused sign-in beside one by a known name, ` +
    `${ROUNDS} tries of each; told apart beyond ${BARS.z} standard errors and ${BARS.part * 100} %`,
);
const verdicts = new Map<Kind, Verdicts>();
for (const kind of KINDS) {
  if (kind === 'known') continue;
  const title = kind === 'planted' ? `known, ${PLANTED_MS} ms planted` : kind;
  const line = { title, theirs: costs.get(kind) ?? [], known, bars: BARS };
  verdicts.set(kind, printLine(line));
}
console.log('"known again" are other names of the same kind: what it shows is noise.');

const planted = verdicts.get('planted');
const leakIsSeen = planted?.byWork === 'told apart';
if (!leakIsSeen) console.error('The planted leak was not seen: the machine is too busy to tell.');
else if (planted.byTime !== 'told apart')
  console.log('The machine is too busy to see the planted leak by the clock.');
const told = [...verdicts].filter(
  ([kind, { byTime, byWork }]) => kind !== 'planted' && [byTime, byWork].includes('told apart'),
);

const oversized = await oversizedMs(accounts);
const isCheap = oversized <= OVERSIZED_BAR_MS;
console.log(
  `\na password of 100 kB: ${(oversized * 1_000).toFixed(1)} µs of CPU time, ` +
    `bar ${OVERSIZED_BAR_MS} ms ${isCheap ? 'kept' : 'MISSED'}`,
);
process.exitCode = told.length === 0 && leakIsSeen && isCheap ? 0 : 1;
