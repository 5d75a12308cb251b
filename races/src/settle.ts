// Waits until nodes work again whose networks were broken.

import { Browser } from './browser.js';
import type { ApplicationNode } from './contender.js';
import { createDeadline } from './deadline.js';

/** So long stores may take to find back. */
const LONGEST_RECOVERY_MS = 40_000;
const POLL_MS = 10;

/**
 * Comes back when every node has signed somebody in, and what else is asked for holds.
 * @throws Error when that takes too long
 */
export async function settle(
  nodes: readonly ApplicationNode[],
  isSettled: () => boolean,
): Promise<void> {
  const browser = new Browser();
  const start = performance.now();
  const waiting = new Set(nodes);
  const look = async (node: ApplicationNode): Promise<void> => {
    const { status } = await browser.request(node, 'POST /sign-in?user=settling');
    if (status === 200) waiting.delete(node);
  };
  for (;;) {
    await Promise.all([...waiting].map(look));
    if (waiting.size === 0 && isSettled()) break;
    if (performance.now() - start > LONGEST_RECOVERY_MS)
      throw new Error('The nodes did not recover');
    await createDeadline(POLL_MS).passed;
  }
  browser.close();
}
