// Several doorkeepers that share accounts, sessions and keys, as on several machines.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { makeFolder } from '../setup/folder.js';
import { startDoorkeeper, type Doorkeeper } from './doorkeeper-process.js';
import { HttpVisitor } from './http-visitor.js';

const POLL_MS = 20;

/** Two doorkeepers with data folders of their own and the same keys. */
export async function startTwo(
  args: readonly string[],
  argsOfSecond = args,
): Promise<readonly [Doorkeeper, Doorkeeper]> {
  const [mine, theirs] = [makeFolder(), makeFolder()];
  const first = await startDoorkeeper(mine, args);
  copyFileSync(join(mine, 'keys.json'), join(theirs, 'keys.json'));
  return [first, await startDoorkeeper(theirs, argsOfSecond)];
}

/** The same browser at another doorkeeper, as a load balancer sends it there. */
export function sentTo({ url }: Doorkeeper, visitor: HttpVisitor): HttpVisitor {
  const same = new HttpVisitor(url);
  same.cookie = visitor.cookie;
  return same;
}

/**
 * Asks for a page, which takes the session and the account, until it is not given.
 * @returns when the last one that was given was asked for, in milliseconds from the call; 0 for none
 */
export async function lastLetIn(visitor: HttpVisitor): Promise<number> {
  const start = performance.now();
  for (let last = 0; ;) {
    const asked = performance.now() - start;
    const { status } = await visitor.get('/password');
    if (status === 303 || status === 503) return last;
    if (status !== 200) throw new Error(`A page was answered with ${status}`);
    last = asked;
  }
}

/**
 * Asks for mails to one address at both, until one of them says that it is enough.
 * @returns how many were sent
 */
export async function countMails(doorkeepers: readonly Doorkeeper[]): Promise<number> {
  for (let sent = 0; ; sent += 1) {
    const { url } = doorkeepers[sent % doorkeepers.length] ?? { url: '' };
    const { status } = await new HttpVisitor(url).post('/sign-up', { address: 'bob@example.org' });
    if (status === 429) return sent;
    if (status !== 303) throw new Error(`A request was answered with ${status}`);
  }
}

/** Waits until the health check says so. */
export async function isWell(url: string): Promise<void> {
  while ((await fetch(`${url}/healthz`)).status !== 200);
}

/** Waits until a part is in a text that grows. */
export async function isIn(text: () => string, part: string): Promise<void> {
  while (!text().includes(part)) await sleep(POLL_MS);
}
