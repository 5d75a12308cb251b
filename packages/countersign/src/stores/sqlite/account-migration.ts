// The step of the layout that makes rows of documents out of accounts in columns. Text of the old columns
// is escaped (exact-text.ts); so are ids and keys in the new ones, but not documents, which are JSON.

/**
 * SQL for a column's text as a JSON text. JSON doubles each backslash of the escapes: four of them are one
 * backslash of the text, two and a 0 are a NUL. U+0001 stands for the former meanwhile: JSON has none.
 */
function json(column: string): string {
  const steps: readonly (readonly [string, string])[] = [
    [String.raw`'\\\\'`, 'char(1)'],
    [String.raw`'\\0'`, String.raw`'\u0000'`],
    ['char(1)', String.raw`'\\'`],
  ];
  return steps.reduce(
    (sql, [from, to]) => `replace(${sql}, ${from}, ${to})`,
    `json_quote(${column})`,
  );
}

/** The first form of an account's document. Every password in the old table was long enough alone. */
const DOCUMENT = `'{"format":1,"status":' || ${json('status')} || ',"createdAt":' || created_at
  || ',"name":{"typed":' || ${json('name')} || ',"canonical":' || ${json('canonical_name')}
  || '},"displayName":null,"addresses":[],"password":' || CASE WHEN password_phc IS NULL THEN 'null'
    ELSE '{"phc":' || ${json('password_phc')} || ',"changedAt":' || password_changed_at
      || ',"version":' || password_version || ',"standsAlone":true,"closed":null}' END
  || ',"totp":null,"passkeys":[],"recoveryCodes":null,"identities":[]}'`;

/**
 * Accounts as rows that the accounts layer reads, found by keys; and what happened to them. A deleted
 * account keeps its key, so that its name stays taken.
 */
export const ACCOUNTS_AS_ROWS = `
   CREATE TABLE account_rows (
     user_id TEXT PRIMARY KEY,
     revision INTEGER NOT NULL,
     document TEXT NOT NULL
   ) STRICT;
   CREATE TABLE account_keys (
     key TEXT PRIMARY KEY,
     user_id TEXT NOT NULL,
     position INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX account_keys_by_user ON account_keys (user_id, position);
   CREATE TABLE account_activity (
     number INTEGER PRIMARY KEY,
     user_id TEXT NOT NULL,
     at INTEGER NOT NULL,
     entry TEXT NOT NULL
   ) STRICT;
   CREATE INDEX account_activity_by_user ON account_activity (user_id, at, number);
   INSERT INTO account_rows SELECT user_id, 1, ${DOCUMENT} FROM accounts;
   INSERT INTO account_keys SELECT 'sign-in:' || canonical_name, user_id, 0 FROM accounts;
   DROP TABLE accounts;`;
