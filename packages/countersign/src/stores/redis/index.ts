// `countersign/stores/redis`: sessions in Redis or Valkey, by node-redis or ioredis.

export type { RedisClient } from './connect-driver.js';
export { redisStore, type RedisStore, type RedisStoreOptions } from './session-store.js';
