// Cookies: Countersign beside npm `cookie` 2 and beside what one would write by hand, on headers with
// 1, 5 and 20 cookies. All contenders run in turn, many rounds, and what is compared is the ratio within
// a round, so that whatever else the machine does falls on both. Exit code 1 when a bar is missed.
// Run it with `npm run bench -- cookie`.

import { parseCookie, stringifySetCookie } from 'cookie';
import { findCookie, parseCookies, serializeCookie } from 'countersign/cookie';

import { cookieHeader, OTHER_NAMES } from './traffic/cookie-header.js';

const ROUNDS = 501;
/** A millisecond or two, so that few runs are interrupted. */
const CALLS = 1_280;
const WARMING = 40;
/** Headers of one size that take turns, so that none is the same text as the one before. */
const HEADERS = 64;

const WANTED = '__Host-id';

/** Does the work on one header and returns a number that depends on all of it. */
type Work = (header: string) => number;

interface Comparison {
  readonly title: string;
  readonly ours: Work;
  readonly theirs: Work;
  readonly rival: string;
  /** The median ratio ours / theirs may be this much. Without it nothing is promised. */
  readonly bar?: number;
}

function createHeaders(cookies: number): readonly string[] {
  return Array.from({ length: HEADERS }, (_, turn) =>
    cookieHeader(WANTED, `${turn}`.padEnd(80, 'ABCDEFGHIJ'), cookies, turn),
  );
}

/** The least that finds a cookie: no duplicates, no white space, wrong where one name ends with another. */
function findByHand(header: string): number {
  const start = header.indexOf('__Host-id=') + 10;
  const end = header.indexOf(';', start);
  return header.slice(start, end === -1 ? header.length : end).length;
}

function lengthOf(found: string | readonly string[] | undefined): number {
  return found?.length ?? 0;
}

function comparisons(names: readonly string[]): readonly Comparison[] {
  return [
    {
      title: 'parse',
      ours: (header) => parseCookies(header).size,
      theirs: (header) => (parseCookie(header)[WANTED] === undefined ? 0 : 1),
      rival: 'npm cookie',
      bar: 1,
    },
    {
      title: 'parse, read one by name',
      ours: (header) => lengthOf(parseCookies(header).get(WANTED)),
      theirs: (header) => lengthOf(parseCookie(header)[WANTED]),
      rival: 'npm cookie',
      bar: 1,
    },
    {
      title: 'parse, read all by name',
      ours(header) {
        const cookies = parseCookies(header);
        let sum = 0;
        for (const name of names) sum += lengthOf(cookies.get(name));
        return sum;
      },
      theirs(header) {
        const cookies = parseCookie(header);
        let sum = 0;
        for (const name of names) sum += lengthOf(cookies[name]);
        return sum;
      },
      rival: 'npm cookie',
      bar: 1,
    },
    {
      title: 'parse, walk over all',
      ours(header) {
        let sum = 0;
        for (const [name, value] of parseCookies(header)) sum += name.length + value.length;
        return sum;
      },
      theirs(header) {
        const cookies = parseCookie(header);
        let sum = 0;
        for (const name in cookies) sum += name.length + lengthOf(cookies[name]);
        return sum;
      },
      rival: 'npm cookie',
      bar: 1,
    },
    {
      title: 'find one',
      ours: (header) => lengthOf(findCookie(header, WANTED)),
      theirs: findByHand,
      rival: 'indexOf by hand',
    },
  ];
}

const WRITING: Comparison = {
  title: 'write one',
  ours: (header) => serializeCookie(WANTED, header.slice(-16), { maxAge: 3600 }).length,
  theirs: (header) =>
    stringifySetCookie({
      name: WANTED,
      value: header.slice(-16),
      maxAge: 3600,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
    }).length,
  rival: 'npm cookie, which checks less',
};

let sink = 0;

/** Nanoseconds for one call. */
function time(work: Work, headers: readonly string[]): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < CALLS; call += 1) sink += work(headers[call % HEADERS] ?? '');
  return Number(process.hrtime.bigint() - start) / CALLS;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

/** Runs both in turn, prints a line, and tells whether the bar was kept. */
function compare(comparison: Comparison, headers: readonly string[], label: string): boolean {
  const { ours, theirs, title, rival, bar } = comparison;
  for (let warming = 0; warming < WARMING; warming += 1) {
    time(ours, headers);
    time(theirs, headers);
  }
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    if (round % 2 === 0) return { ours: time(ours, headers), theirs: time(theirs, headers) };
    const second = time(theirs, headers);
    return { ours: time(ours, headers), theirs: second };
  });
  const ratios = rounds.map((round) => round.ours / round.theirs);
  const median = quantile(ratios, 0.5);
  const isKept = bar === undefined || median <= bar;
  const figures = [
    `${quantile(
      rounds.map((round) => round.ours),
      0.5,
    )
      .toFixed(0)
      .padStart(6)} ns`,
    `${quantile(
      rounds.map((round) => round.theirs),
      0.5,
    )
      .toFixed(0)
      .padStart(6)} ns`,
    `${median.toFixed(2)} [${quantile(ratios, 0.1).toFixed(2)}, ${quantile(ratios, 0.9).toFixed(2)}]`,
  ];
  const verdict = bar === undefined ? '' : isKept ? '  kept' : '  MISSED';
  console.log(`${label.padEnd(11)}${title.padEnd(25)}${figures.join('  ')}  ${rival}${verdict}`);
  return isKept;
}

console.log(`node ${process.version}: ours, theirs, ratio [10th, 90th of 100] of ${ROUNDS} rounds`);
let missed = 0;
for (const count of [1, 5, 20]) {
  const headers = createHeaders(count);
  const names = [WANTED, ...OTHER_NAMES.slice(0, count - 1)];
  for (const comparison of comparisons(names)) {
    const label = `${count} cookie${count === 1 ? '' : 's'}`;
    if (!compare(comparison, headers, label)) missed += 1;
  }
}
compare(WRITING, createHeaders(1), 'Set-Cookie');
if (sink === 0) throw new Error('nothing was measured');
process.exitCode = missed === 0 ? 0 : 1;
