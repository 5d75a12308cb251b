// A layout of the schema: accounts as rows that the accounts layer reads, found by keys, and what happened to
// them. Carries the accounts of layout 2 over. Never edited after a release.

/** A key is another account's: undoes what was done, inside the function that raises it. */
const KEY_TAKEN = 'CS003';

/** The first form of an account's document. Every password in the old table was long enough alone. */
const DOCUMENT = `'{"format":1,"status":' || to_json(status)::text || ',"createdAt":' || created_at
    || ',"name":{"typed":' || to_json(name)::text || ',"canonical":' || to_json(canonical_name)::text
    || '},"displayName":null,"addresses":[],"password":' || CASE WHEN password_phc IS NULL THEN 'null'
      ELSE '{"phc":' || to_json(password_phc)::text || ',"changedAt":' || password_changed_at
        || ',"version":' || password_version || ',"standsAlone":true,"closed":null}' END
    || ',"totp":null,"passkeys":[],"recoveryCodes":null,"identities":[]}'`;

const TABLES = `
-- A user id may be longer than a B-tree's entry, so its uniqueness is kept by an index of hashes, which
-- compares the whole text where two hashes are alike. A key is not.
CREATE TABLE @schema.account_rows (
  user_id text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  document text COLLATE "C" NOT NULL,
  EXCLUDE USING hash (user_id WITH =)
);
CREATE TABLE @schema.account_keys (
  key text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  position integer NOT NULL
);
CREATE INDEX account_keys_by_user ON @schema.account_keys USING hash (user_id);
CREATE TABLE @schema.account_activity (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  entry text COLLATE "C" NOT NULL
);
CREATE INDEX account_activity_by_user ON @schema.account_activity USING hash (user_id);
INSERT INTO @schema.account_rows SELECT user_id, 1, @document FROM @schema.accounts;
INSERT INTO @schema.account_keys SELECT 'sign-in:' || canonical_name, user_id, 0 FROM @schema.accounts;
DROP TABLE @schema.accounts;
`;

// Locks are taken in one order, one account's row and then keys by their text, so that no two verbs can
// wait for each other: keys given back stand in the same order as keys taken.
const FUNCTIONS = `
-- Brings the keys of an account, whose row is locked, to these. Waits for whoever takes or gives back one
-- of them now.
CREATE FUNCTION @schema.set_account_keys(p_user text, p_keys text[]) RETURNS void
LANGUAGE plpgsql AS $f$
DECLARE
  step record;
BEGIN
  FOR step IN
    SELECT coalesce(old.key, new.key) COLLATE "C" AS key, old.position AS old, new.position AS new
      FROM (SELECT key, position FROM @schema.account_keys WHERE user_id = p_user) AS old
      FULL JOIN (
        SELECT item COLLATE "C" AS key, (ordinality - 1)::integer AS position
          FROM unnest(p_keys) WITH ORDINALITY AS items (item, ordinality)
      ) AS new ON old.key = new.key
      WHERE old.position IS DISTINCT FROM new.position
      ORDER BY 1
  LOOP
    IF step.new IS NULL THEN
      DELETE FROM @schema.account_keys WHERE key = step.key;
    ELSIF step.old IS NOT NULL THEN
      UPDATE @schema.account_keys SET position = step.new WHERE key = step.key;
    ELSE
      INSERT INTO @schema.account_keys VALUES (step.key, p_user, step.new) ON CONFLICT DO NOTHING;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'a key is taken' USING ERRCODE = '@key_taken';
      END IF;
    END IF;
  END LOOP;
END $f$;

CREATE FUNCTION @schema.create_account(
  p_user text, p_revision bigint, p_keys text[], p_document text
) RETURNS text
@writing AS $f$
BEGIN
  PERFORM @schema.be_durable();
  INSERT INTO @schema.account_rows VALUES (p_user, p_revision, p_document) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN 'taken';
  END IF;
  PERFORM @schema.set_account_keys(p_user, p_keys);
  RETURN 'ok';
EXCEPTION WHEN SQLSTATE '@key_taken' THEN
  RETURN 'taken';
END $f$;

CREATE FUNCTION @schema.replace_account(
  p_user text, p_revision bigint, p_keys text[], p_document text
) RETURNS text
@writing AS $f$
DECLARE
  stored bigint;
BEGIN
  PERFORM @schema.be_durable();
  SELECT revision INTO stored FROM @schema.account_rows WHERE user_id = p_user FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'missing';
  ELSIF stored <> p_revision - 1 THEN
    RETURN 'conflict';
  END IF;
  PERFORM @schema.set_account_keys(p_user, p_keys);
  UPDATE @schema.account_rows SET revision = p_revision, document = p_document WHERE user_id = p_user;
  RETURN 'ok';
EXCEPTION WHEN SQLSTATE '@key_taken' THEN
  RETURN 'taken';
END $f$;

-- The account's row is locked, so that each trimming sees what the one before has noted.
CREATE FUNCTION @schema.add_account_activity(
  p_user text, p_at bigint, p_entry text, p_keep bigint
) RETURNS text
@writing AS $f$
BEGIN
  PERFORM @schema.be_durable();
  PERFORM FROM @schema.account_rows WHERE user_id = p_user FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'missing';
  END IF;
  INSERT INTO @schema.account_activity (user_id, at, entry) VALUES (p_user, p_at, p_entry);
  DELETE FROM @schema.account_activity WHERE number = ANY (ARRAY(
    SELECT number FROM @schema.account_activity WHERE user_id = p_user
      ORDER BY at DESC, number DESC OFFSET p_keep
  ));
  RETURN 'ok';
END $f$;

CREATE FUNCTION @schema.forget_account_activity(p_user text) RETURNS text
@writing AS $f$
BEGIN
  PERFORM @schema.be_durable();
  PERFORM FROM @schema.account_rows WHERE user_id = p_user FOR NO KEY UPDATE;
  DELETE FROM @schema.account_activity WHERE user_id = p_user;
  RETURN 'ok';
END $f$;
`;

/** @param schema a name that needs no quotes */
export function accountRowsLayout(schema: string): string {
  return (TABLES + FUNCTIONS)
    .replaceAll('@document', DOCUMENT)
    .replaceAll('@writing', `LANGUAGE plpgsql SET lock_timeout = '2s'`)
    .replaceAll('@key_taken', KEY_TAKEN)
    .replaceAll('@schema', schema);
}
