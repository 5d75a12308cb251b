// Accounts in an SQLite file, beside the sessions or alone. Every change is one transaction, on the disk
// before it is answered: a loss of power must not bring back an old password or a disabled account.

import type { AccountRow, AccountStore, ActivityRow } from '../../accounts/account-store.js';
import type { Awaitable } from '../../waiting.js';
import { SqliteConnection, type SqliteOptions } from './connection.js';
import { integerOf, textOf, type Query, type Row, type SqliteStatement } from './driver.js';
import { fromColumn, toColumn } from './exact-text.js';

const KEYS_OF =
  'SELECT key FROM account_keys WHERE user_id = account_rows.user_id ORDER BY position';

/** Its keys in the same statement, so that another process cannot change them in between. */
const FIND = `SELECT user_id, revision, document, (SELECT json_group_array(key) FROM (${KEYS_OF}))
  FROM account_rows WHERE user_id =`;

const SQL = {
  byId: `${FIND} ?`,
  byKey: `${FIND} (SELECT user_id FROM account_keys WHERE key = ?)`,
  revision: 'SELECT revision FROM account_rows WHERE user_id = ?',
  owner: 'SELECT user_id FROM account_keys WHERE key = ?',
  insert: 'INSERT INTO account_rows (user_id, revision, document) VALUES (?, ?, ?)',
  update: 'UPDATE account_rows SET revision = ?, document = ? WHERE user_id = ?',
  insertKey: 'INSERT INTO account_keys (key, user_id, position) VALUES (?, ?, ?)',
  deleteKeys: 'DELETE FROM account_keys WHERE user_id = ?',
  note: 'INSERT INTO account_activity (user_id, at, entry) VALUES (?, ?, ?)',
  notes: `SELECT at, entry FROM account_activity WHERE user_id = ?
    ORDER BY at DESC, number DESC LIMIT ?`,
  trim: `DELETE FROM account_activity WHERE number IN (
    SELECT number FROM account_activity WHERE user_id = ?
    ORDER BY at DESC, number DESC LIMIT -1 OFFSET ?)`,
  forget: 'DELETE FROM account_activity WHERE user_id = ?',
} as const;

/** Those that answer with rows. */
type QueryName = 'byId' | 'byKey' | 'revision' | 'owner' | 'notes';
type StatementName = Exclude<keyof typeof SQL, QueryName>;

/**
 * Makes an account store on an SQLite file: by `path`, or by `database` on one that is open.
 * @throws CountersignError `configuration` for a path or file that cannot be used; `store-unavailable`
 */
export function sqliteAccountStore(options: SqliteOptions): SqliteAccountStore {
  return new SqliteAccountStore(options);
}

/** The store that `sqliteAccountStore` makes. */
export class SqliteAccountStore implements AccountStore {
  readonly #db: SqliteConnection;
  readonly #sql: Readonly<Record<QueryName, Query> & Record<StatementName, SqliteStatement>>;

  constructor(options: SqliteOptions) {
    const db = new SqliteConnection(options);
    this.#db = db;
    this.#sql = {
      byId: db.query(SQL.byId),
      byKey: db.query(SQL.byKey),
      revision: db.query(SQL.revision),
      owner: db.query(SQL.owner),
      notes: db.query(SQL.notes),
      insert: db.statement(SQL.insert),
      update: db.statement(SQL.update),
      insertKey: db.statement(SQL.insertKey),
      deleteKeys: db.statement(SQL.deleteKeys),
      note: db.statement(SQL.note),
      trim: db.statement(SQL.trim),
      forget: db.statement(SQL.forget),
    };
  }

  create({ userId, revision, keys, document }: AccountRow): Awaitable<'ok' | 'taken'> {
    const id = toColumn(userId);
    const columns = keys.map(toColumn);
    return this.#write(() => {
      if (this.#revision(id) !== undefined || this.#isTaken(columns, id)) return 'taken';
      this.#sql.insert.run(id, revision, document);
      this.#insertKeys(columns, id);
      return 'ok';
    });
  }

  findById(userId: string): Awaitable<AccountRow | null> {
    return this.#db.read(() => accountIn(this.#sql.byId.one(toColumn(userId))));
  }

  findByKey(key: string): Awaitable<AccountRow | null> {
    return this.#db.read(() => accountIn(this.#sql.byKey.one(toColumn(key))));
  }

  replace({
    userId,
    revision,
    keys,
    document,
  }: AccountRow): Awaitable<'ok' | 'missing' | 'conflict' | 'taken'> {
    const id = toColumn(userId);
    const columns = keys.map(toColumn);
    return this.#write(() => {
      const stored = this.#revision(id);
      if (stored === undefined) return 'missing';
      if (stored !== revision - 1) return 'conflict';
      if (this.#isTaken(columns, id)) return 'taken';
      this.#sql.deleteKeys.run(id);
      this.#insertKeys(columns, id);
      this.#sql.update.run(revision, document, id);
      return 'ok';
    });
  }

  addActivity(
    userId: string,
    { at, entry }: ActivityRow,
    { keep }: { readonly keep: number },
  ): Awaitable<void> {
    const id = toColumn(userId);
    return this.#write(() => {
      if (this.#revision(id) === undefined) return;
      this.#sql.note.run(id, at, entry);
      this.#sql.trim.run(id, keep);
    });
  }

  listActivity(userId: string, limit: number): Awaitable<readonly ActivityRow[]> {
    return this.#db.read(() =>
      this.#sql.notes
        .all(toColumn(userId), limit)
        .map((row) => ({ at: integerOf(row[0]), entry: textOf(row[1]) })),
    );
  }

  forgetActivity(userId: string): Awaitable<void> {
    return this.#write(() => void this.#sql.forget.run(toColumn(userId)));
  }

  close(): void {
    this.#db.close();
  }

  #revision(id: string): number | undefined {
    const row = this.#sql.revision.one(id);
    return row === undefined ? undefined : integerOf(row[0]);
  }

  /** Whether another account has one of the keys. */
  #isTaken(columns: readonly string[], id: string): boolean {
    return columns.some((column) => {
      const row = this.#sql.owner.one(column);
      return row !== undefined && row[0] !== id;
    });
  }

  #insertKeys(columns: readonly string[], id: string): void {
    for (const [position, column] of columns.entries()) {
      this.#sql.insertKey.run(column, id, position);
    }
  }

  #write<T>(operation: () => T): Awaitable<T> {
    return this.#db.write(operation, { durable: true });
  }
}

/** By position, as `FIND` has them. */
function accountIn(row: Row | undefined): AccountRow | null {
  if (row === undefined) return null;
  return {
    userId: fromColumn(textOf(row[0])),
    revision: integerOf(row[1]),
    keys: keysIn(row[3]),
    document: textOf(row[2]),
  };
}

function keysIn(column: unknown): readonly string[] {
  const keys: unknown = JSON.parse(textOf(column));
  if (!Array.isArray(keys)) throw new TypeError('The keys of an account are no list');
  return keys.map((key) => fromColumn(textOf(key)));
}
