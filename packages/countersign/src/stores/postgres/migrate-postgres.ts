// The setting-up of the schema by itself, for those who do it as another role than the application's.

import { systemClock } from '../../clock.js';
import { assertOptionNames } from '../../errors.js';
import { driverOf } from './drivers.js';
import { migrate } from './migrations.js';
import { assertClient, schemaOf, type PostgresStoreOptions } from './options.js';

/** `client`, and `schema` where it is not the default: as a store has them. */
export type PostgresMigrationOptions = Pick<PostgresStoreOptions, 'client' | 'schema'>;

/**
 * Brings the schema to the newest layout, as every store does at its first verb. It makes the schema where
 * it is missing. Safe to run from several nodes at once, and again; a layout that is complete is not touched.
 * @throws CountersignError `configuration` for a newer layout, a schema of another program, or missing
 *   privileges; `store-unavailable`
 */
export async function migratePostgres(options: PostgresMigrationOptions): Promise<void> {
  assertOptionNames('', options, ['client', 'schema']);
  assertClient(options.client);
  const schema = schemaOf(options.schema);
  const driver = driverOf(options.client, { prepare: false, clock: systemClock });
  try {
    await migrate(driver, schema);
  } finally {
    driver.close();
  }
}
