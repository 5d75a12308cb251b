import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, test } from 'vitest';

import type { Clock } from '../../../src/clock.js';
import type { SessionStore } from '../../../src/session/store.js';
import { sqliteStore } from '../../../src/stores/sqlite/session-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';

const folders = new Map<SessionStore, string>();

function create(clock: Clock): SessionStore {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  const store = sqliteStore({ path: join(folder, 'sessions.db'), clock });
  folders.set(store, folder);
  return store;
}

describeSessionStore(
  'sqliteStore',
  {
    create,
    createPeer: (store, clock) =>
      sqliteStore({ path: join(folders.get(store) ?? '', 'sessions.db'), clock }),
    dispose: (store) => rmSync(folders.get(store) ?? '', { recursive: true, force: true }),
  },
  { describe, test },
);
