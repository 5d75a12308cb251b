// The layout of the database file, as steps. `user_version` counts those taken. A step is never edited
// after a release: what has to change is changed by a further step.

import { misconfigured } from '../../errors.js';
import { ACCOUNTS_AS_ROWS } from './account-migration.js';
import { integerOf, prepareQuery, type SqliteDatabase } from './driver.js';

/** Marks a file as ours (`PRAGMA application_id`): "CSGN" in ASCII. */
const APPLICATION_ID = 0x43_53_47_4e;

/** Each step of the layout, the oldest first. Add new ones at the end. */
export const MIGRATIONS: readonly string[] = [
  // 1: sessions. `stamp` changes with every change of the row; `renewal` and `facts` are JSON objects.
  // Without rowid the row is found by one search instead of two.
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     stamp INTEGER NOT NULL,
     user_id TEXT,
     revision INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     last_seen_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     replaced INTEGER NOT NULL,
     device_key TEXT,
     renewal TEXT NOT NULL,
     facts TEXT NOT NULL,
     data TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_by_user ON sessions (user_id, created_at) WHERE user_id IS NOT NULL;
   CREATE INDEX sessions_by_expiry ON sessions (expires_at);
   CREATE TABLE user_epochs (
     user_id TEXT PRIMARY KEY,
     epoch TEXT NOT NULL,
     used_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX user_epochs_by_use ON user_epochs (used_at);
   CREATE TABLE session_state (
     base_epoch TEXT NOT NULL,
     endings INTEGER NOT NULL
   ) STRICT;
   INSERT INTO session_state VALUES (lower(hex(randomblob(12))), 0);`,
  // 2: accounts. A deleted one keeps its row, so that its name stays taken.
  `CREATE TABLE accounts (
     user_id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     canonical_name TEXT NOT NULL UNIQUE,
     status TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     password_phc TEXT,
     password_changed_at INTEGER,
     password_version INTEGER
   ) STRICT, WITHOUT ROWID;`,
  // 3: a log of changes, in the place of a counter of endings. Its numbers go on by themselves while the
  // newest row stays, so there is one from the start. Kinds: 0 ended, 1 changed, 2 everything.
  `CREATE TABLE session_changes (
     number INTEGER PRIMARY KEY,
     writer INTEGER NOT NULL,
     kind INTEGER NOT NULL,
     session_id TEXT
   ) STRICT;
   INSERT INTO session_changes VALUES (1, 0, 2, NULL);
   ALTER TABLE session_state DROP COLUMN endings;`,
  // 4: one-time records, by the hash of a secret that is not here. `subject` is null for nobody.
  `CREATE TABLE one_time_records (
     hash TEXT PRIMARY KEY,
     kind TEXT NOT NULL,
     subject TEXT,
     expires_at INTEGER NOT NULL,
     content TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX one_time_records_by_subject ON one_time_records (subject, kind)
     WHERE subject IS NOT NULL;
   CREATE INDEX one_time_records_by_expiry ON one_time_records (expires_at);`,
  // 5: throttle counters. `swept_at` is a whole hour, so that the index is seldom written.
  `CREATE TABLE throttle_counters (
     key TEXT PRIMARY KEY,
     failures INTEGER NOT NULL,
     at INTEGER NOT NULL,
     swept_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX throttle_counters_by_sweep ON throttle_counters (swept_at);`,
  ACCOUNTS_AS_ROWS,
];

/**
 * Brings the file to the newest layout, in one transaction. Safe to run in several processes at once.
 * @throws CountersignError `configuration` for a file of a newer layout, or of another program
 */
export function migrate(
  database: SqliteDatabase,
  migrations: readonly string[] = MIGRATIONS,
): void {
  if (isCurrent(database, migrations.length)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been first.
    if (!isCurrent(database, migrations.length)) {
      for (const step of migrations.slice(readLayout(database).version)) database.exec(step);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec(`PRAGMA user_version = ${migrations.length}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Whether the file has the newest layout. Only reads: a file that is refused is left as it is.
 * @throws CountersignError `configuration` for a file of a newer layout, or of another program
 */
export function isCurrent(database: SqliteDatabase, newest: number = MIGRATIONS.length): boolean {
  const { version, isOurs, hasTables } = readLayout(database);
  if (!isOurs && (version !== 0 || hasTables)) {
    throw misconfigured(
      'database',
      'the file belongs to another program',
      'Give Countersign a file of its own',
    );
  }
  if (version > newest) {
    throw misconfigured(
      'database',
      `the file has layout ${version}, and this version of Countersign knows up to ${newest}`,
      'Upgrade Countersign, or restore the copy from before the upgrade',
    );
  }
  return isOurs && version === newest;
}

interface Layout {
  readonly version: number;
  readonly isOurs: boolean;
  readonly hasTables: boolean;
}

/** In one statement, so that no other process can change the file in between. */
function readLayout(database: SqliteDatabase): Layout {
  const [version, application, hasTables] =
    prepareQuery(
      database,
      `SELECT (SELECT user_version FROM pragma_user_version),
              (SELECT application_id FROM pragma_application_id),
              EXISTS (SELECT 1 FROM sqlite_schema)`,
    ).one() ?? [];
  return {
    version: integerOf(version),
    isOurs: application === APPLICATION_ID,
    hasTables: hasTables === 1,
  };
}
