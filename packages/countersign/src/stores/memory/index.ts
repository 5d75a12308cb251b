// `countersign/stores/memory`: sessions, accounts and one-time records in this process's memory.

export {
  memoryOneTimeStore,
  type MemoryOneTimeStore,
  type MemoryOneTimeStoreOptions,
} from '../../accounts/one-time-memory.js';
export {
  memoryAccountStore,
  type MemoryAccountStore,
  type MemoryAccountStoreOptions,
} from './account-store.js';
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './session-store.js';
