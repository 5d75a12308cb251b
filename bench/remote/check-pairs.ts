// Checks on a remote store without a near-cache, in turn with the bare command by the same client: the
// CPU time of this process for one, with its garbage collected on its own account.

import { randomBytes } from 'node:crypto';

import { createSessions } from 'countersign';

import type { Pair } from '../measure/report.js';
import { cookieHeader } from '../traffic/cookie-header.js';
import { signInUsers } from '../traffic/signed-in.js';
import type { Remote } from './client.js';

const USERS = 1_000;
const COOKIES = 5;
/** One operation for the user at that position; rejects when what it finds is wrong. */
type Work = (user: number) => Promise<void>;

interface Load {
  readonly operations: number;
  /** How many are under way; clients send what is asked for together as one piece. */
  readonly atOnce: number;
}

export interface CheckBench {
  /** Microseconds of CPU time for a check, or for the read of the store in it, and for a bare command. */
  runPairs(name: 'check' | 'read', load: PairLoad): Promise<readonly Pair[]>;
  /** So many checks, one after the other. */
  runChecks(checks: number): Promise<void>;
}

export interface PairLoad extends Load {
  readonly pairs: number;
}

export async function prepareChecks(remote: Remote): Promise<CheckBench> {
  const sessions = createSessions<object>({ store: remote.store, keys: [randomBytes(32)] });
  const users = await signInUsers(sessions, USERS);
  const ids = users.map(({ token }) => token.slice(0, 24));
  await remote.prepare(ids);
  const headers = users.map(({ token }, turn) =>
    cookieHeader(sessions.cookies.name, token, COOKIES, turn),
  );
  const check: Work = async (user) => {
    const session = await sessions.check(headers[user]);
    if (session.userId !== users[user]?.userId) throw new Error('A check does not know the user');
  };
  const read: Work = async (user) => {
    const record = await remote.store.read(ids[user] ?? '');
    if (record?.userId !== users[user]?.userId) throw new Error('A read gives another record');
  };
  const bare: Work = async (user) => {
    const answer = await remote.bareRead(ids[user] ?? '');
    if (answer === null) throw new Error('The bare command found nothing');
  };
  return {
    async runPairs(name, { pairs, ...load }) {
      const work = name === 'check' ? check : read;
      for (let warming = 0; warming < 5; warming += 1) {
        await cost(work, load);
        await cost(bare, load);
      }
      const measured: Pair[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        const first = pair % 2 === 0 ? undefined : await cost(bare, load);
        const ours = await cost(work, load);
        measured.push({ ours, floor: first ?? (await cost(bare, load)) });
      }
      return measured;
    },
    async runChecks(checks) {
      for (let user = 0; user < checks; user += 1) await check(user % USERS);
    },
  };
}

/** Microseconds for one operation. */
async function cost(work: Work, { operations, atOnce }: Load): Promise<number> {
  collectYoung();
  const before = process.cpuUsage();
  let begun = 0;
  const runOne = async (): Promise<void> => {
    for (; begun < operations;) {
      begun += 1;
      await work(begun % USERS);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runOne));
  // What it leaves behind is its own to clear away, not that of whoever is next.
  collectYoung();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

function collectYoung(): void {
  if (globalThis.gc === undefined) throw new Error('Run this with node --expose-gc');
  globalThis.gc({ type: 'minor' });
}
