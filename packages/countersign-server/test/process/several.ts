// Several doorkeepers that share accounts, sessions and keys, as on several machines.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeFolder } from '../setup/folder.js';
import { startDoorkeeper, type Doorkeeper } from './doorkeeper-process.js';
import { HttpVisitor } from './http-visitor.js';

/** Two doorkeepers with data folders of their own and the same keys. */
export async function startTwo(
  args: readonly string[],
): Promise<readonly [Doorkeeper, Doorkeeper]> {
  const [mine, theirs] = [makeFolder(), makeFolder()];
  const first = await startDoorkeeper(mine, args);
  copyFileSync(join(mine, 'keys.json'), join(theirs, 'keys.json'));
  return [first, await startDoorkeeper(theirs, args)];
}

/** The same browser at another doorkeeper, as a load balancer sends it there. */
export function sentTo({ url }: Doorkeeper, visitor: HttpVisitor): HttpVisitor {
  const same = new HttpVisitor(url);
  same.cookie = visitor.cookie;
  return same;
}

/** Milliseconds until a visitor's pages are refused, from when it was called. */
export async function timeUntilRefused(visitor: HttpVisitor, limitMs: number): Promise<number> {
  const start = performance.now();
  while (performance.now() - start < limitMs) {
    const { status } = await visitor.get('/devices');
    if (status === 303) return performance.now() - start;
    if (status !== 200) throw new Error(`A page was answered with ${status}`);
  }
  throw new Error(`Still let in after ${limitMs} ms`);
}

/** Waits until the health check says so. */
export async function isWell(url: string): Promise<void> {
  while ((await fetch(`${url}/healthz`)).status !== 200);
}

/** Waits until a part is in a text that grows. */
export async function isIn(text: () => string, part: string): Promise<void> {
  while (!text().includes(part)) await new Promise((resolve) => setImmediate(resolve));
}
