// `countersign/stores/memory`: sessions and accounts in this process's memory.

export {
  memoryAccountStore,
  type MemoryAccountStore,
  type MemoryAccountStoreOptions,
} from './account-store.js';
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './session-store.js';
