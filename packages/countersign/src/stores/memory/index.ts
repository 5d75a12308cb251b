// `countersign/stores/memory`: sessions in this process's memory.

export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './session-store.js';
