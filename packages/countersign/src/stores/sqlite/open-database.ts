// Opens a database file with the SQLite that this Node has: `node:sqlite`, or the package
// `@photostructure/sqlite`, which has the same interface, where Node is older than 22.13.

import { closeSync, openSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

import { CountersignError, misconfigured } from '../../errors.js';
import type { SqliteDatabase } from './driver.js';

const PACKAGE = '@photostructure/sqlite';
const IN_MEMORY = ':memory:';

type DatabaseClass = new (path: string) => SqliteDatabase;

/**
 * Opens the file, or makes it, readable by this user only (mode 0600). Its directory has to exist.
 * Beside the file SQLite keeps two more, `-wal` and `-shm`, while it is open.
 * @param path the file; `:memory:` for a database that is gone after closing
 * @throws CountersignError `configuration` when the directory is missing, the path is a directory, or
 *   no SQLite is there; `store-unavailable` when the file cannot be opened
 */
export function openDatabase(path: string): SqliteDatabase {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw misconfigured('path', 'is not a file name', "Write something like './data/sessions.db'");
  }
  const Database = findDatabaseClass();
  // An absolute path is never taken for a `file:` address, which could carry options.
  const file = path === IN_MEMORY ? path : resolve(path);
  if (file !== IN_MEMORY) createPrivately(file);
  try {
    return new Database(file);
  } catch (cause) {
    throw cannotOpen(file, cause);
  }
}

/** SQLite gives its two other files the mode of the first, so that one is made beforehand. */
function createPrivately(file: string): void {
  const directory = dirname(file);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw misconfigured('path', `${directory} is not a directory`, 'Make it first, with mode 0700');
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw misconfigured('path', `${file} is a directory`, 'Name a file in it');
  }
  try {
    closeSync(openSync(file, 'ax', 0o600));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
      throw cannotOpen(file, cause);
    }
  }
}

function cannotOpen(file: string, cause: unknown): CountersignError {
  return new CountersignError('store-unavailable', `The database ${file} cannot be opened.`, {
    cause,
  });
}

function findDatabaseClass(): DatabaseClass {
  const builtin = databaseClassIn(quietly(() => process.getBuiltinModule('node:sqlite')));
  if (builtin !== undefined) return builtin;
  let cause: unknown;
  try {
    const found = databaseClassIn(createRequire(import.meta.url)(PACKAGE));
    if (found !== undefined) return found;
  } catch (error) {
    cause = error;
  }
  const problem = misconfigured(
    'path',
    `Node ${process.versions.node} has no SQLite of its own, and ${PACKAGE} cannot be loaded`,
    `Run \`npm install ${PACKAGE}\`, use Node 22.13 or newer, or pass an open database as \`database\``,
  );
  problem.cause = cause;
  throw problem;
}

function databaseClassIn(module: unknown): DatabaseClass | undefined {
  if (typeof module !== 'object' || module === null || !('DatabaseSync' in module))
    return undefined;
  return isDatabaseClass(module.DatabaseSync) ? module.DatabaseSync : undefined;
}

function isDatabaseClass(value: unknown): value is DatabaseClass {
  return typeof value === 'function';
}

/** Loads `node:sqlite` without its notice that it is experimental: whoever asked for SQLite knows. */
function quietly<T>(load: () => T): T {
  const before = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  if (before === undefined) return load();
  Object.defineProperty(process, 'emitWarning', { ...before, value: () => undefined });
  try {
    return load();
  } finally {
    Object.defineProperty(process, 'emitWarning', before);
  }
}
