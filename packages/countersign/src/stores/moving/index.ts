// `countersign/stores/moving`: from one store to another while the application runs.

export { movingStore, type MovingStore, type MovingStoreOptions } from './moving-store.js';
