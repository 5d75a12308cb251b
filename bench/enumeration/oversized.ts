// What a password costs that is far too long (G8).

import { createWorld } from './world.js';

const CALLS = 500;

/** CPU time of one refused password of 100 kB, the longest of several kinds of letters. */
export async function oversizedMs(): Promise<number> {
  const { accounts, close } = createWorld('memory');
  let longest = 0;
  for (const password of ['x'.repeat(100_000), 'é'.repeat(50_000), '🦦'.repeat(25_000)]) {
    const start = process.cpuUsage();
    for (let call = 0; call < CALLS; call += 1) {
      const result = await accounts.verifyPassword({ name: 'somebody', password });
      if (result.ok || result.reason !== 'malformed') throw new Error('not refused as malformed');
    }
    const { user, system } = process.cpuUsage(start);
    longest = Math.max(longest, (user + system) / 1_000 / CALLS);
  }
  await close();
  return longest;
}
