// The one setting: where sessions live, as a URL. Drivers are loaded only where they are named.

import { nearCache } from 'countersign/stores/near-cache';

/** @type {Readonly<Record<string, (url: string) => Promise<import('countersign').SessionStore>>>} */
const STORES = {
  'file:': async (url) => {
    const { sqliteStore } = await import('countersign/stores/sqlite');
    return sqliteStore({ path: url.slice('file:'.length) });
  },
  'postgres:': async (url) => {
    const { default: pg } = await import('pg');
    const { postgresStore } = await import('countersign/stores/postgres');
    const client = new pg.Pool({
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
    });
    client.on('error', report);
    return nearCache(postgresStore({ client }));
  },
  'redis:': async (url) => {
    const { createClient } = await import('redis');
    const { redisStore } = await import('countersign/stores/redis');
    const client = createClient({
      url,
      disableOfflineQueue: true,
      pingInterval: 5_000,
      socket: { socketTimeout: 10_000 },
    });
    client.on('error', report);
    await client.connect();
    return nearCache(redisStore({ client }));
  },
};

/**
 * @param {string} url `file:./sessions.db`, `postgres://…` or `redis://…`
 * @returns {Promise<import('countersign').SessionStore>}
 */
export async function openStore(url) {
  const open = Object.entries(STORES).find(([scheme]) => url.startsWith(scheme))?.[1];
  if (open === undefined)
    throw new Error(`STORE begins with none of ${Object.keys(STORES).join(', ')}`);
  return open(url);
}

/** Both clients reconnect by themselves. @param {Error} error */
function report(error) {
  console.error(error.message);
}
