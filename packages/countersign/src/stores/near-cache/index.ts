// `countersign/stores/near-cache`: checks without I/O in front of a store that announces changes.

export { nearCache, type NearCache } from './near-cache.js';
export type { NearCacheStats } from './near-records.js';
export type { NearCacheOptions } from './options.js';
