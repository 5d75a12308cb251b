// `countersign/stores/memory`: sessions, accounts, one-time records and throttle
// counters in this process's memory.

export {
  memoryOneTimeStore,
  type MemoryOneTimeStore,
  type MemoryOneTimeStoreOptions,
} from '../../accounts/one-time-memory.js';
export {
  memoryThrottleStore,
  type MemoryThrottleStore,
  type MemoryThrottleStoreOptions,
} from '../../accounts/throttle-memory.js';
export {
  memoryAccountStore,
  type MemoryAccountStore,
  type MemoryAccountStoreOptions,
} from './account-store.js';
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './session-store.js';
