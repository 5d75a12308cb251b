// The second layout of the schema: accounts. Never edited after a release.

/** @param schema a name that needs no quotes */
export function accountsOfLayout2(schema: string): string {
  return `
-- A user id may be longer than a B-tree's entry, so its uniqueness is kept by an index of hashes, which
-- compares the whole text where two hashes are alike.
CREATE TABLE ${schema}.accounts (
  canonical_name text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  password_phc text COLLATE "C",
  password_changed_at bigint,
  password_version bigint,
  EXCLUDE USING hash (user_id WITH =),
  CHECK (num_nulls(password_phc, password_changed_at, password_version) IN (0, 3)),
  CHECK (status <> 'deleted' OR password_phc IS NULL)
);
`;
}
