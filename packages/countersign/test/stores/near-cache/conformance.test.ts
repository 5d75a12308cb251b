import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import { memoryStore } from '../../../src/stores/memory/session-store.js';
import { nearCache } from '../../../src/stores/near-cache/near-cache.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';

describeSessionStore(
  'nearCache over memoryStore',
  { create: (clock) => nearCache(memoryStore({ clock }), { clock }) },
  { describe, test },
);

const folders = new Map<SessionStore, string>();

function open(folder: string, clock: Clock): SessionStore {
  return nearCache(sqliteStore({ path: join(folder, 'sessions.db'), clock }), { clock });
}

describeSessionStore(
  'nearCache over sqliteStore',
  {
    create: (clock) => {
      const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
      const store = open(folder, clock);
      folders.set(store, folder);
      return store;
    },
    createPeer: (store, clock) => open(folders.get(store) ?? '', clock),
    dispose: (store) => rmSync(folders.get(store) ?? '', { recursive: true, force: true }),
  },
  { describe, test },
);
