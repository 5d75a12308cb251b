// The first layout of the schema: tables and indexes. Its functions are in `layout-1-functions.ts`. Never
// edited after a release: what has to change is changed by a further layout.

/** 128 random bits, of which two are fixed by the UUID's version: no epoch comes twice. */
export const RANDOM_EPOCH = `replace(gen_random_uuid()::text, '-', '')`;

const TABLES = `
-- One row. A session belongs to the era it was inserted in: ending everyone begins a new one.
CREATE TABLE @schema.state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  era integer NOT NULL,
  epoch text NOT NULL
);
INSERT INTO @schema.state (era, epoch) VALUES (1, @random_epoch);

-- "user_key" is the user id, escaped; a hash of it where it could be too long for an index.
-- A user who was asked for lately. The row is what verbs on the user's sessions lock. "epoch" is set
-- where the user's sessions were ended together, in that era.
CREATE TABLE @schema.users (
  user_key text COLLATE "C" PRIMARY KEY,
  epoch text,
  era integer NOT NULL,
  used_at bigint NOT NULL
);
CREATE INDEX users_by_use ON @schema.users (used_at);

-- "device_key" is a JSON text, "renewal" and "facts" are JSON lists: no statement but a renewal's looks
-- inside.
-- "data" is an object of texts: JSON-escaped key to JSON text, so that nothing that jsonb refuses or
-- spells anew (NUL, lone surrogates, numbers) is ever its business.
CREATE TABLE @schema.sessions (
  id text COLLATE "C" PRIMARY KEY,
  user_key text COLLATE "C",
  era integer NOT NULL,
  revision bigint NOT NULL,
  created_at bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  replaced boolean NOT NULL,
  device_key text,
  renewal text NOT NULL,
  facts text NOT NULL,
  data jsonb NOT NULL
) WITH (
  -- Room for the next version of a row on its own page: a touch then changes no index.
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02
);
CREATE INDEX sessions_by_user ON @schema.sessions (user_key, created_at) WHERE user_key IS NOT NULL;
-- For sweeping alone. Sums, so that nothing else can use it: a plan made while the table was new takes any
-- index for as good as the primary key, and would walk all sessions of the era in search of one id.
CREATE INDEX sessions_by_expiry ON @schema.sessions ((era + 0), (expires_at + 0));
`;

/** @param schema a name that needs no quotes */
export function tablesOfLayout1(schema: string): string {
  return TABLES.replaceAll('@schema', schema).replaceAll('@random_epoch', RANDOM_EPOCH);
}
