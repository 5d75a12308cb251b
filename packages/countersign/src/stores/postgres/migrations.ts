// Brings a schema to the newest layout, by steps that a table counts. One statement does it all, so it
// is one transaction whatever the client, and an advisory lock makes other nodes wait for the first.

import { CountersignError, misconfigured } from '../../errors.js';
import { accountRowsLayout } from './account-rows-layout.js';
import type { PostgresDriver } from './driver.js';
import { sqlState } from './driver.js';
import { functionsOfLayout1 } from './layout-1-functions.js';
import { tablesOfLayout1 } from './layout-1.js';
import { accountsOfLayout2 } from './layout-2.js';
import { oneTimeRecordsOfLayout3 } from './layout-3.js';
import { throttleOfLayout4 } from './layout-4.js';

/** Each step of the layout, the oldest first. Add new ones at the end. */
export const LAYOUTS: readonly ((schema: string) => string)[] = [
  (schema) => tablesOfLayout1(schema) + functionsOfLayout1(schema),
  accountsOfLayout2,
  oneTimeRecordsOfLayout3,
  throttleOfLayout4,
  accountRowsLayout,
];

/** Raised by `migration`: two states of a class that PostgreSQL does not use. */
const NEWER_LAYOUT = 'CS001';
const FOREIGN_SCHEMA = 'CS002';
const NO_PRIVILEGE = '42501';
const SYNTAX_ERROR = '42601';

/**
 * Brings the schema to the newest layout. Safe to run from several nodes at once; changes nothing where
 * the layout is the newest already, and needs no privilege but to read it then.
 * @throws CountersignError `configuration` for a newer layout, a schema of another program, or missing
 *   privileges; `store-unavailable`
 */
export async function migrate(
  driver: PostgresDriver,
  schema: string,
  layouts: readonly ((schema: string) => string)[] = LAYOUTS,
): Promise<void> {
  try {
    await driver.run(migration(schema, layouts));
  } catch (cause) {
    throw explain(cause, schema, layouts.length);
  }
}

function explain(cause: unknown, schema: string, newest: number): CountersignError {
  if (cause instanceof CountersignError) return cause;
  switch (sqlState(cause)) {
    case NEWER_LAYOUT:
      return misconfigured(
        'schema',
        `"${schema}" has a newer layout than ${newest}, the newest that this version of Countersign knows`,
        'Upgrade Countersign, or give another schema',
      );
    case FOREIGN_SCHEMA:
      return misconfigured(
        'schema',
        `"${schema}" holds tables of another program`,
        'Give Countersign a schema of its own',
      );
    case SYNTAX_ERROR:
      // All else in these statements is fixed text.
      return misconfigured(
        'schema',
        `"${schema}" is a word that SQL keeps for itself`,
        'Give another name',
      );
    case NO_PRIVILEGE:
      return new CountersignError(
        'configuration',
        `schema: this role may not set up or read "${schema}". Run migratePostgres as its owner, then ` +
          `GRANT USAGE ON SCHEMA ${schema}, and SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN it`,
        { cause },
      );
    default:
      return new CountersignError('store-unavailable', 'The PostgreSQL store is not ready.', {
        cause,
      });
  }
}

/** The whole of a migration as one statement. Steps that were taken already are passed over. */
function migration(schema: string, layouts: readonly ((schema: string) => string)[]): string {
  const steps = layouts.map(
    (layout, index) => `
  IF version < ${index + 1} THEN
    EXECUTE $step$${layout(schema)}$step$;
  END IF;`,
  );
  // Looked up by queries: `to_regclass` after the lock can still say what it remembers from before it.
  const relations = `SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = '${schema}'`;
  return `DO $migration$
DECLARE
  version integer := 0;
BEGIN
  -- The usual case first: without a lock, and without the privilege to change anything.
  IF EXISTS (${relations} AND relname = 'layout') THEN
    SELECT max(layout.version) INTO STRICT version FROM ${schema}.layout;
    IF version = ${layouts.length} THEN RETURN; END IF;
  END IF;
  PERFORM set_config('lock_timeout', '10s', true);
  PERFORM pg_advisory_xact_lock(hashtextextended('countersign layout of ${schema}', 0));
  IF EXISTS (${relations} AND relname = 'layout') THEN
    SELECT max(layout.version) INTO STRICT version FROM ${schema}.layout;
  ELSIF EXISTS (${relations}) THEN
    RAISE EXCEPTION 'schema ${schema} is not empty' USING ERRCODE = '${FOREIGN_SCHEMA}';
  ELSE
    IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = '${schema}') THEN
      CREATE SCHEMA ${schema};
    END IF;
    CREATE TABLE ${schema}.layout (version integer NOT NULL);
    INSERT INTO ${schema}.layout VALUES (0);
    version := 0;
  END IF;
  IF version > ${layouts.length} THEN
    RAISE EXCEPTION 'layout % is newer', version USING ERRCODE = '${NEWER_LAYOUT}';
  END IF;${steps.join('')}
  UPDATE ${schema}.layout SET version = ${layouts.length};
END $migration$`;
}
