// Accounts in PostgreSQL, beside the sessions or alone. Every change is one statement, so nobody sees
// half of one, and the server has it on its disk before it answers, unless it was told not to.

import type { Account, AccountStatus, AccountStore } from '../../accounts/account-store.js';
import { systemClock } from '../../clock.js';
import { assertOptionNames } from '../../errors.js';
import { PostgresConnection } from './connection.js';
import type { PostgresValue, Statement } from './driver.js';
import { assertClient, schemaOf, type PostgresStoreOptions } from './options.js';

export type PostgresAccountStoreOptions = Pick<
  PostgresStoreOptions,
  'client' | 'schema' | 'prepare'
>;

/**
 * Makes an account store on PostgreSQL 13 or newer. Connects and sets up its schema at the first verb.
 * @throws CountersignError `configuration` for a client or an option that cannot be used
 */
export function postgresAccountStore(options: PostgresAccountStoreOptions): PostgresAccountStore {
  return new PostgresAccountStore(options);
}

/** The store that `postgresAccountStore` makes. */
export class PostgresAccountStore implements AccountStore {
  readonly #db: PostgresConnection;
  readonly #sql: AccountStatements;

  constructor(options: PostgresAccountStoreOptions) {
    assertOptionNames('', options, ['client', 'schema', 'prepare']);
    const { client, prepare = true } = options;
    assertClient(client);
    const schema = schemaOf(options.schema);
    this.#db = new PostgresConnection(client, schema, { prepare, clock: systemClock });
    this.#sql = accountStatements(schema);
  }

  async create(account: Account): Promise<'ok' | 'taken'> {
    const { userId, name, canonicalName, status, createdAt, password } = account;
    const values = [
      userId,
      name,
      canonicalName,
      status,
      createdAt,
      password?.phc ?? null,
      password?.changedAt ?? null,
      password?.version ?? null,
    ];
    return (await this.#isDone(this.#sql.insert, values)) ? 'ok' : 'taken';
  }

  async findByName(canonicalName: string): Promise<Account | null> {
    return accountIn((await this.#db.query(this.#sql.byName, [canonicalName]))[0]);
  }

  async findById(userId: string): Promise<Account | null> {
    return accountIn((await this.#db.query(this.#sql.byId, [userId]))[0]);
  }

  async setPassword(
    userId: string,
    { phc, changedAt }: { readonly phc: string; readonly changedAt: number },
    { ifVersion }: { readonly ifVersion: number },
  ): Promise<'ok' | 'missing' | 'conflict'> {
    if (await this.#isDone(this.#sql.setPassword, [userId, phc, changedAt, ifVersion])) return 'ok';
    // A second round trip, for those who lost only. An account never comes back, so this is still true.
    return (await this.#isDone(this.#sql.exists, [userId])) ? 'conflict' : 'missing';
  }

  async setStatus(userId: string, status: AccountStatus): Promise<'ok' | 'missing'> {
    return (await this.#isDone(this.#sql.setStatus, [userId, status])) ? 'ok' : 'missing';
  }

  close(): void {
    this.#db.close();
  }

  /** Whether the statement found or changed a row. */
  async #isDone(statement: Statement, values: PostgresValue[]): Promise<boolean> {
    return (await this.#db.change(statement, values)) !== undefined;
  }
}

interface AccountStatements {
  readonly insert: Statement;
  readonly byName: Statement;
  readonly byId: Statement;
  readonly exists: Statement;
  readonly setPassword: Statement;
  readonly setStatus: Statement;
}

/** Numbers come as text, which no client is set to read in a way of its own. */
const COLUMNS = `user_id, name, canonical_name, status, created_at::text,
  password_phc, password_changed_at::text, password_version::text`;

/** @param schema a name that needs no quotes */
function accountStatements(schema: string): AccountStatements {
  const accounts = `${schema}.accounts`;
  const statement = (name: string, text: string): Statement => ({
    name: `${schema}_account_${name}`,
    text,
  });
  // What is replaced with a status: nothing, but the password where the status is final.
  const kept = (column: string): string =>
    `${column} = CASE WHEN $2 = 'deleted' THEN NULL ELSE ${column} END`;
  return {
    insert: statement(
      'insert',
      `INSERT INTO ${accounts} (user_id, name, canonical_name, status, created_at,
         password_phc, password_changed_at, password_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1`,
    ),
    byName: statement('by_name', `SELECT ${COLUMNS} FROM ${accounts} WHERE canonical_name = $1`),
    byId: statement('by_id', `SELECT ${COLUMNS} FROM ${accounts} WHERE user_id = $1`),
    exists: statement(
      'exists',
      `SELECT 1 FROM ${accounts} WHERE user_id = $1 AND status <> 'deleted'`,
    ),
    // Whoever comes second waits for the first one's row, and then compares with what that one wrote.
    setPassword: statement(
      'set_password',
      `UPDATE ${accounts}
       SET password_phc = $2, password_changed_at = $3, password_version = coalesce(password_version, 0) + 1
       WHERE user_id = $1 AND status <> 'deleted' AND coalesce(password_version, 0) = $4 RETURNING 1`,
    ),
    setStatus: statement(
      'set_status',
      `UPDATE ${accounts}
       SET status = $2, ${kept('password_phc')}, ${kept('password_changed_at')}, ${kept('password_version')}
       WHERE user_id = $1 AND status <> 'deleted' RETURNING 1`,
    ),
  };
}

/** By position, as `COLUMNS` has them. */
function accountIn(row: readonly unknown[] | undefined): Account | null {
  if (row === undefined) return null;
  const phc = row[5];
  return {
    userId: textOf(row[0]),
    name: textOf(row[1]),
    canonicalName: textOf(row[2]),
    status: statusOf(row[3]),
    createdAt: integerOf(row[4]),
    password:
      phc === null
        ? null
        : { phc: textOf(phc), changedAt: integerOf(row[6]), version: integerOf(row[7]) },
  };
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('A column of an account holds no text');
  return value;
}

function integerOf(value: unknown): number {
  const number = Number(textOf(value));
  if (!Number.isSafeInteger(number)) throw new TypeError('A column of an account holds no integer');
  return number;
}

function statusOf(value: unknown): AccountStatus {
  if (value === 'active' || value === 'disabled' || value === 'deleted') return value;
  // Fails closed: a status that this version does not know is not one to sign in with.
  throw new TypeError('The column status of an account holds something unknown');
}
