// The third layout of the schema: one-time records. Never edited after a release.

/** @param schema a name that needs no quotes */
export function oneTimeRecordsOfLayout3(schema: string): string {
  return `
-- The key of a subject is its SHA-256, as an entry of an index has no room for the longest. Of the records
-- that replace earlier ones there is one for each subject and kind: the unique index lets many at once
-- queue up for its place.
CREATE TABLE ${schema}.one_time_records (
  hash text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C",
  subject_key text COLLATE "C",
  replaces boolean NOT NULL,
  expires_at bigint NOT NULL,
  content text COLLATE "C" NOT NULL,
  CHECK (num_nulls(subject, subject_key) IN (0, 2)),
  CHECK (subject IS NOT NULL OR NOT replaces)
);
CREATE UNIQUE INDEX one_time_records_replacing ON ${schema}.one_time_records (subject_key, kind)
  WHERE replaces;
CREATE INDEX one_time_records_by_subject ON ${schema}.one_time_records (subject_key, kind)
  WHERE subject_key IS NOT NULL;
CREATE INDEX one_time_records_by_expiry ON ${schema}.one_time_records (expires_at);
`;
}
