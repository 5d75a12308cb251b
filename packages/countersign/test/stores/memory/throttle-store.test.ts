import { describe, test } from 'vitest';

import { memoryThrottleStore } from '../../../src/accounts/throttle-memory.js';
import { describeThrottleStore } from '../../../src/testing/throttle-store-suite.js';

describeThrottleStore(
  'memoryThrottleStore',
  { create: () => memoryThrottleStore() },
  { describe, test },
);
