// Whether what a stranger is answered, when, and for how much work, tells whose account it is (G10, G48, G60;
// ASVS 6.3.8): every path that can be used signed out, hundreds of tries of every kind of account in turn, or more.
// Exit code 1 when an answer tells a kind from the known one, when a planted leak is not seen, or when an
// oversized password costs more than 5 ms (G8). What goes on behind an answer is shown and judged by nobody.
// `npm run bench -- enumeration [--paths=reset,signIn] [--stores=memory,sqlite] [--rounds=500]`.

import { parseArgs } from 'node:util';

import {
  addressLink,
  resetRequest,
  signInLinkRequest,
  signUpRequest,
} from './enumeration/mail-paths.js';
import { AGAIN, measure, PLANTED, PLANTED_BEHIND } from './enumeration/measure.js';
import { oversizedMs } from './enumeration/oversized.js';
import { passkeyOtherHandle, passkeySignIn } from './enumeration/passkey-paths.js';
import type { PathMaker } from './enumeration/path.js';
import { printHeading, printLine, type Bars, type Verdicts } from './enumeration/report.js';
import { withRecoveryCode, withTotp } from './enumeration/second-step-paths.js';
import { signIn, signInWaiting, verifyPassword } from './enumeration/sign-in-paths.js';
import { STORES, type StoreName } from './enumeration/world.js';

const PATHS: readonly PathMaker[] = [
  verifyPassword,
  signIn,
  signInWaiting,
  resetRequest,
  signInLinkRequest,
  signUpRequest,
  addressLink,
  passkeySignIn,
  passkeyOtherHandle,
  withTotp,
  withRecoveryCode,
];

const OVERSIZED_BAR_MS = 5;

interface Effort {
  readonly rounds: number;
  readonly warming: number;
  readonly bars: Bars;
}

/** What is asked of a store: each write of SQLite's is waited for until it is on the disk. */
const EFFORTS: Readonly<Record<StoreName, Readonly<Record<'hashing' | 'cheap', Effort>>>> = {
  memory: {
    hashing: { rounds: 220, warming: 10, bars: { z: 3.5, part: 0.02 } },
    cheap: { rounds: 200, warming: 100, bars: { z: 3.5, part: 0.05 } },
  },
  sqlite: {
    hashing: { rounds: 100, warming: 10, bars: { z: 3.5, part: 0.02 } },
    cheap: { rounds: 120, warming: 40, bars: { z: 3.5, part: 0.1 } },
  },
};

const { values } = parseArgs({
  options: { paths: { type: 'string' }, stores: { type: 'string' }, rounds: { type: 'string' } },
});
const words = values.paths?.split(',');
const stores = STORES.filter((store) => values.stores?.split(',').includes(store) ?? true);
const paths = PATHS.filter(
  ({ name, isPart }) => words?.some((word) => name.includes(word)) ?? isPart === undefined,
);
const faults: string[] = [];

console.log(`node ${process.version}; "TOLD": beyond 3.5 standard errors and the bar`);
for (const store of stores) for (const path of paths) await judge(path, store);
await judgeOversized();
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

async function judge({ name, hashes, create }: PathMaker, store: StoreName): Promise<void> {
  const effort = EFFORTS[store][hashes ? 'hashing' : 'cheap'];
  const { bars, warming } = effort;
  const rounds = Number(values.rounds ?? effort.rounds);
  const path = await create(store);
  const { part } = bars;
  const { measured, plantedMs } = await measure(path, { rounds, warming, part });
  await path.world.close();
  const [first, ...others] = measured;
  const known = first?.costs ?? [];
  const again = measured.find(({ kind }) => kind === AGAIN)?.costs ?? [];
  printHeading(
    `${name}, ${store}: beside "${first?.kind}", ${rounds} tries of each, bar ${part * 100} %, ` +
      `planted ${(plantedMs * 1_000).toFixed(0)} µs`,
  );
  for (const { kind, isTold, costs } of others) {
    const title = isTold ? `(${kind})` : kind;
    const verdicts = printLine({ title, theirs: costs, known, again, bars });
    if (!isTold)
      faults.push(...faultsIn(kind, verdicts).map((fault) => `${name}, ${store}: ${fault}`));
  }
}

function faultsIn(kind: string, verdicts: Verdicts): readonly string[] {
  const { took, worked } = verdicts;
  if (kind === PLANTED)
    return worked === 'told apart'
      ? []
      : ['the planted leak was not seen: the machine is too busy'];
  // What goes on behind an answer is shown and judged by nobody.
  if (kind === PLANTED_BEHIND) return [];
  const isTold = [took, worked].includes('told apart');
  if (isTold && kind === AGAIN)
    return ['the known are told from the known: the machine is too busy'];
  return isTold ? [`${kind} is told apart by its answer`] : [];
}

async function judgeOversized(): Promise<void> {
  const oversized = await oversizedMs();
  const isCheap = oversized <= OVERSIZED_BAR_MS;
  console.log(
    `\na password of 100 kB: ${(oversized * 1_000).toFixed(1)} µs of CPU time, ` +
      `bar ${OVERSIZED_BAR_MS} ms ${isCheap ? 'kept' : 'MISSED'}`,
  );
  if (!isCheap) faults.push('an oversized password costs too much');
}
