import { describe, test } from 'vitest';

import { memoryOneTimeStore } from '../../../src/accounts/one-time-memory.js';
import { describeOneTimeStore } from '../../../src/testing/one-time-store-suite.js';

describeOneTimeStore(
  'memoryOneTimeStore',
  { create: () => memoryOneTimeStore() },
  { describe, test },
);
