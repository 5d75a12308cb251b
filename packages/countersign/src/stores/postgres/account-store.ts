// Accounts in PostgreSQL, beside the sessions or alone. Every verb is one round trip and one transaction,
// so nobody sees half of a change, and the server has it on its disk before it answers.

import type { AccountRow, AccountStore, ActivityRow } from '../../accounts/account-store.js';
import { systemClock } from '../../clock.js';
import { assertOptionNames } from '../../errors.js';
import { PostgresConnection } from './connection.js';
import type { Statement } from './driver.js';
import { toArray } from './exact-text.js';
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

  async create(row: AccountRow): Promise<'ok' | 'taken'> {
    return oneOf(await this.#put(this.#sql.create, row), ['ok', 'taken']);
  }

  async findById(userId: string): Promise<AccountRow | null> {
    return accountIn((await this.#db.query(this.#sql.byId, [userId]))[0]);
  }

  async findByKey(key: string): Promise<AccountRow | null> {
    return accountIn((await this.#db.query(this.#sql.byKey, [key]))[0]);
  }

  async replace(row: AccountRow): Promise<'ok' | 'missing' | 'conflict' | 'taken'> {
    const answer = await this.#put(this.#sql.replace, row);
    return oneOf(answer, ['ok', 'missing', 'conflict', 'taken']);
  }

  async addActivity(
    userId: string,
    { at, entry }: ActivityRow,
    { keep }: { readonly keep: number },
  ): Promise<void> {
    await this.#db.change(this.#sql.addActivity, [userId, at, entry, keep]);
  }

  async listActivity(userId: string, limit: number): Promise<readonly ActivityRow[]> {
    const rows = await this.#db.query(this.#sql.listActivity, [userId, limit]);
    return rows.map((row) => ({ at: integerOf(row[0]), entry: textOf(row[1]) }));
  }

  async forgetActivity(userId: string): Promise<void> {
    await this.#db.change(this.#sql.forgetActivity, [userId]);
  }

  close(): void {
    this.#db.close();
  }

  #put(statement: Statement, { userId, revision, keys, document }: AccountRow): Promise<unknown> {
    return this.#db.change(statement, [userId, revision, toArray(keys), document]);
  }
}

interface AccountStatements {
  /** user id, revision, keys, document → how it went */
  readonly create: Statement;
  /** The same. */
  readonly replace: Statement;
  readonly byId: Statement;
  readonly byKey: Statement;
  /** user id, time, entry, how many to keep */
  readonly addActivity: Statement;
  /** user id, limit → time and entry of each */
  readonly listActivity: Statement;
  readonly forgetActivity: Statement;
}

/** @param schema a name that needs no quotes */
function accountStatements(schema: string): AccountStatements {
  const statement = (name: string, text: string): Statement => ({
    name: `${schema}_account_${name}`,
    text,
  });
  // Numbers and lists come as text, which no client is set to read in a way of its own.
  const find = `SELECT user_id, revision::text, document, (
      SELECT coalesce(json_agg(key ORDER BY position), '[]')::text
        FROM ${schema}.account_keys AS own WHERE own.user_id = account_rows.user_id
    ) AS keys FROM ${schema}.account_rows WHERE user_id =`;
  return {
    create: statement('create', `SELECT ${schema}.create_account($1, $2, $3, $4)`),
    replace: statement('replace', `SELECT ${schema}.replace_account($1, $2, $3, $4)`),
    byId: statement('by_id', `${find} $1`),
    byKey: statement(
      'by_key',
      `${find} (SELECT user_id FROM ${schema}.account_keys WHERE key = $1)`,
    ),
    addActivity: statement('add_activity', `SELECT ${schema}.add_account_activity($1, $2, $3, $4)`),
    listActivity: statement(
      'list_activity',
      `SELECT at::text, entry FROM ${schema}.account_activity WHERE user_id = $1
       ORDER BY account_activity.at DESC, number DESC LIMIT $2`,
    ),
    forgetActivity: statement('forget_activity', `SELECT ${schema}.forget_account_activity($1)`),
  };
}

/** By position, as `find` has them. */
function accountIn(row: readonly unknown[] | undefined): AccountRow | null {
  if (row === undefined) return null;
  return {
    userId: textOf(row[0]),
    revision: integerOf(row[1]),
    keys: keysIn(row[3]),
    document: textOf(row[2]),
  };
}

function keysIn(column: unknown): readonly string[] {
  const keys: unknown = JSON.parse(textOf(column));
  if (!Array.isArray(keys)) throw new TypeError('The keys of an account are no list');
  return keys.map(textOf);
}

function oneOf<const T extends string>(answer: unknown, known: readonly T[]): T {
  const found = known.find((each) => each === answer);
  if (found === undefined) throw new TypeError('A function of accounts answered something unknown');
  return found;
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
