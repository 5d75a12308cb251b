import { describe, test } from 'vitest';

import { memoryStore } from '../../../src/stores/memory/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';

describeSessionStore(
  'memoryStore',
  { create: (clock) => memoryStore({ clock }) },
  { describe, test },
);
