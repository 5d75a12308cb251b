// A session check in process: `sessions.check` on the memory store beside a check by hand over a Map, on
// headers with 1, 5 and 20 cookies. Both take turns, many rounds, and what is compared is the ratio
// within a round. Exit code 1 when a bar is missed. Run it with `npm run bench -- check`.

import { randomBytes } from 'node:crypto';

import { createSessions } from 'countersign';
import { memoryStore } from 'countersign/stores/memory';

import { createCheck, hashOf } from './floor/check.js';
import { printComparison, printHeading, type Pair } from './measure/report.js';
import { cookieHeader } from './traffic/cookie-header.js';
import { signInUsers } from './traffic/signed-in.js';

const ROUNDS = 1_001;
/** Each is looked at once in a run: it takes less than a millisecond, so few runs are interrupted. */
const USERS = 500;
const BAR = 2;
const HOUR_MS = 3_600_000;

/** Who is signed in, by a header; the number depends on it. */
type Work = (header: string) => number;

let sink = 0;

/** Nanoseconds for one call. */
function time(work: Work, headers: readonly string[]): number {
  const start = process.hrtime.bigint();
  for (const header of headers) sink += work(header);
  return Number(process.hrtime.bigint() - start) / headers.length;
}

function runPairs(ours: Work, floor: Work, headers: readonly string[]): readonly Pair[] {
  for (let warming = 0; warming < 200; warming += 1) {
    time(ours, headers);
    time(floor, headers);
  }
  return Array.from({ length: ROUNDS }, (_, round) => {
    if (round % 2 === 0) return { ours: time(ours, headers), floor: time(floor, headers) };
    const second = time(floor, headers);
    return { ours: time(ours, headers), floor: second };
  });
}

const sessions = createSessions<object>({ store: memoryStore(), keys: [randomBytes(32)] });
const users = await signInUsers(sessions, USERS);
const expiresAt = Date.now() + HOUR_MS;
const rows = new Map(users.map(({ userId, token }) => [hashOf(token), { userId, expiresAt }]));
const checkByHand = createCheck(sessions.cookies.name, (tokenHash) => rows.get(tokenHash));

function checkOurs(header: string): number {
  const session = sessions.check(header);
  if (session instanceof Promise) throw new Error('A live session was not answered at once');
  return session.userId?.length ?? 0;
}

printHeading(`node ${process.version}: one check in process, ${USERS} users`);
let missed = 0;
for (const count of [1, 5, 20]) {
  const headers = users.map(({ token }, turn) =>
    cookieHeader(sessions.cookies.name, token, count, turn),
  );
  const isRight = headers.every(
    (header, i) =>
      checkByHand(header) === users[i]?.userId && checkOurs(header) === users[i]?.userId.length,
  );
  if (!isRight) throw new Error('A contender does not know who is signed in');
  const pairs = runPairs(checkOurs, (header) => checkByHand(header)?.length ?? 0, headers);
  const title = `${count} cookie${count === 1 ? '' : 's'}`;
  if (!printComparison({ title, unit: 'ns', pairs, bar: BAR })) missed += 1;
}
await sessions.close();
if (sink === 0) throw new Error('nothing was measured');
process.exitCode = missed === 0 ? 0 : 1;
