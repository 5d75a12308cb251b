// Accounts in an SQLite file, beside the sessions or alone. Every change is on the disk before it is
// answered: a loss of power must not bring back an old password or an account that was disabled.

import type {
  Account,
  AccountStatus,
  AccountStore,
  Awaitable,
} from '../../accounts/account-store.js';
import { SqliteConnection, type SqliteOptions } from './connection.js';
import {
  integerOf,
  textOf,
  textOrNull,
  type Query,
  type Row,
  type SqliteStatement,
} from './driver.js';
import { fromColumn, toColumn } from './exact-text.js';

const COLUMNS =
  'user_id, name, canonical_name, status, created_at, password_phc, password_changed_at, password_version';

const SQL = {
  insert: `INSERT INTO accounts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  byId: `SELECT ${COLUMNS} FROM accounts WHERE user_id = ?`,
  byName: `SELECT ${COLUMNS} FROM accounts WHERE canonical_name = ?`,
  exists: `SELECT 1 FROM accounts WHERE user_id = ? AND status <> 'deleted'`,
  setPassword: `UPDATE accounts
    SET password_phc = ?, password_changed_at = ?, password_version = coalesce(password_version, 0) + 1
    WHERE user_id = ? AND status <> 'deleted' AND coalesce(password_version, 0) = ?`,
  setStatus: `UPDATE accounts SET status = ? WHERE user_id = ? AND status <> 'deleted'`,
  forget: `UPDATE accounts
    SET status = 'deleted', password_phc = NULL, password_changed_at = NULL, password_version = NULL
    WHERE user_id = ? AND status <> 'deleted'`,
} as const;

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
  readonly #byId: Query;
  readonly #byName: Query;
  readonly #exists: Query;
  readonly #insert: SqliteStatement;
  readonly #setPassword: SqliteStatement;
  readonly #setStatus: SqliteStatement;
  readonly #forget: SqliteStatement;

  constructor(options: SqliteOptions) {
    this.#db = new SqliteConnection(options);
    this.#byId = this.#db.query(SQL.byId);
    this.#byName = this.#db.query(SQL.byName);
    this.#exists = this.#db.query(SQL.exists);
    this.#insert = this.#db.statement(SQL.insert);
    this.#setPassword = this.#db.statement(SQL.setPassword);
    this.#setStatus = this.#db.statement(SQL.setStatus);
    this.#forget = this.#db.statement(SQL.forget);
  }

  create(account: Account): Awaitable<'ok' | 'taken'> {
    const { userId, name, canonicalName, status, createdAt, password } = account;
    const values = [
      toColumn(userId),
      toColumn(name),
      toColumn(canonicalName),
      status,
      createdAt,
      password && toColumn(password.phc),
      password && password.changedAt,
      password && password.version,
    ];
    return this.#write(() => (hasChanged(this.#insert.run(...values)) ? 'ok' : 'taken'));
  }

  findByName(canonicalName: string): Awaitable<Account | null> {
    return this.#db.read(() => accountIn(this.#byName.one(toColumn(canonicalName))));
  }

  findById(userId: string): Awaitable<Account | null> {
    return this.#db.read(() => accountIn(this.#byId.one(toColumn(userId))));
  }

  setPassword(
    userId: string,
    { phc, changedAt }: { readonly phc: string; readonly changedAt: number },
    { ifVersion }: { readonly ifVersion: number },
  ): Awaitable<'ok' | 'missing' | 'conflict'> {
    const id = toColumn(userId);
    const hash = toColumn(phc);
    return this.#write(() => {
      if (hasChanged(this.#setPassword.run(hash, changedAt, id, ifVersion))) return 'ok';
      return this.#exists.one(id) === undefined ? 'missing' : 'conflict';
    });
  }

  setStatus(userId: string, status: AccountStatus): Awaitable<'ok' | 'missing'> {
    const id = toColumn(userId);
    return this.#write(() => {
      const result = status === 'deleted' ? this.#forget.run(id) : this.#setStatus.run(status, id);
      return hasChanged(result) ? 'ok' : 'missing';
    });
  }

  close(): void {
    this.#db.close();
  }

  #write<T>(operation: () => T): Awaitable<T> {
    return this.#db.write(operation, { durable: true });
  }
}

function hasChanged({ changes }: { readonly changes: number | bigint }): boolean {
  return Number(changes) > 0;
}

/** By position, as `COLUMNS` has them. */
function accountIn(row: Row | undefined): Account | null {
  if (row === undefined) return null;
  const phc = textOrNull(row[5]);
  return {
    userId: fromColumn(textOf(row[0])),
    name: fromColumn(textOf(row[1])),
    canonicalName: fromColumn(textOf(row[2])),
    status: statusOf(row[3]),
    createdAt: integerOf(row[4]),
    password: phc === null ? null : passwordIn(phc, row),
  };
}

function passwordIn(phc: string, row: Row): Account['password'] {
  return { phc: fromColumn(phc), changedAt: integerOf(row[6]), version: integerOf(row[7]) };
}

function statusOf(value: unknown): AccountStatus {
  if (value === 'active' || value === 'disabled' || value === 'deleted') return value;
  // Fails closed: a status that this version does not know is not one to sign in with.
  throw new TypeError('The column status of an account holds something unknown');
}
