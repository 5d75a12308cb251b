// What is used of an SQLite driver, and how its answers are read. `node:sqlite`, `@photostructure/sqlite`
// and `better-sqlite3` fit these types; none of them is imported here.

export type SqlValue = string | number | null;

export interface SqliteStatement {
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  run(...values: SqlValue[]): { readonly changes: number | bigint };
  /** From now on rows come as arrays (`node:sqlite` since 22.16, `@photostructure/sqlite`). */
  setReturnArrays?(enabled: boolean): void;
  /** The same (`better-sqlite3`). */
  raw?(enabled: boolean): unknown;
}

/** An open database. Every method works synchronously and throws on failure. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

/** A row by position, in the order of the columns asked for. */
export type Row = readonly unknown[];

/** A prepared query whose rows come by position. */
export interface Query {
  /** The first row. Later ones are not looked at. */
  one(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): readonly Row[];
}

/** Prepares a query once. Rows as arrays save a fifth of a read's time, where the driver has them. */
export function prepareQuery(database: SqliteDatabase, sql: string): Query {
  const statement = database.prepare(sql);
  if (statement.setReturnArrays !== undefined) statement.setReturnArrays(true);
  else statement.raw?.(true);
  return {
    one: (...values) => toArray(statement.get(...values)),
    all: (...values) => statement.all(...values).map((row) => toArray(row) ?? []),
  };
}

function toArray(row: unknown): Row | undefined {
  if (isRow(row)) return row;
  return typeof row === 'object' && row !== null ? Object.values(row) : undefined;
}

function isRow(value: unknown): value is Row {
  return Array.isArray(value);
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** Whether the error says that another connection holds a lock, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

/** SQLite's primary result code, or 0 where the error tells none. */
function primaryCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  // better-sqlite3 tells the name only, such as SQLITE_BUSY_RECOVERY.
  if (!('code' in error) || typeof error.code !== 'string') return 0;
  if (error.code.startsWith('SQLITE_BUSY')) return SQLITE_BUSY;
  return error.code.startsWith('SQLITE_LOCKED') ? SQLITE_LOCKED : 0;
}

/** A column that is text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw unexpected('text', value);
  return value;
}

/** A column that is text or null. */
export function textOrNull(value: unknown): string | null {
  return value === null ? null : textOf(value);
}

/** A column that is a whole number a `number` can hold. */
export function integerOf(value: unknown): number {
  if (typeof value !== 'number') throw unexpected('a number', value);
  return value;
}

function unexpected(wanted: string, value: unknown): Error {
  return new TypeError(`A column should hold ${wanted} and holds ${typeof value}`);
}
