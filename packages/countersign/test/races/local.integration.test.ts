// The races over stores in this process and in one file.

import { distantMemory, memory, sqlite } from './local-stores.js';
import { nearCached } from './near-cached.js';
import { describeRaces } from './race-suite.js';

describeRaces(memory);
describeRaces(distantMemory);
describeRaces(sqlite);
describeRaces(nearCached(memory));
describeRaces(nearCached(sqlite));
