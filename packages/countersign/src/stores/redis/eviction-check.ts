// Looks once whether the server would drop sessions when its memory is full, and says what to set.

import type { RedisDriver } from './driver.js';
import { textOf } from './replies.js';

/**
 * Warns when a master evicts keys. A server that does not say is not asked again: hosted ones often
 * refuse, and an operator cannot change that.
 */
export async function checkEviction(
  driver: RedisDriver,
  warn: (text: string) => void,
): Promise<void> {
  try {
    const masters = await driver.masters();
    const infos = await Promise.all(masters.map((master) => master.send(['INFO', 'memory'])));
    const policy = infos.map((info) => policyIn(textOf(info))).find((found) => found !== undefined);
    if (policy !== undefined) warn(describe(policy));
  } catch {
    // Not connected yet, or forbidden (ACL). Nothing that this look could mend.
  }
}

/** The policy, where it can drop keys and there is a limit at which it would. */
function policyIn(info: string): string | undefined {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  return policy === undefined || policy === 'noeviction' || limit === 0 ? undefined : policy;
}

function describe(policy: string): string {
  return (
    `The Redis server has maxmemory-policy ${policy}: when its memory is full it drops keys, so people are ` +
    'signed out, and a dropped index hides sessions from "end all of this user". ' +
    'Set maxmemory-policy noeviction, and give caches a server of their own.'
  );
}
