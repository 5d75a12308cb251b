// `countersign/stores/redis`: sessions and one-time records in Redis or Valkey, by node-redis or ioredis.

export type { RedisClient } from './connect-driver.js';
export { redisOneTimeStore, type RedisOneTimeStore } from './one-time-store.js';
export { redisStore, type RedisStore, type RedisStoreOptions } from './session-store.js';
export {
  redisThrottleStore,
  type RedisThrottleStore,
  type RedisThrottleStoreOptions,
} from './throttle-store.js';
