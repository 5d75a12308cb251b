// The data folder: made at the first start, for its owner only. Nobody else may look into it, since
// the keys and the database are in it.

import { accessSync, constants, mkdirSync, statSync } from 'node:fs';

import { Mistake } from '../mistake.js';

export interface DataFolder {
  readonly path: string;
  /** Whether this start made it. */
  readonly created: boolean;
  /** What the operator should know, if anything. */
  readonly note: string | undefined;
}

const GROUP_AND_OTHERS = 0o077;

/**
 * Makes the folder (0700), or makes sure that it can be used.
 * @throws Mistake when it cannot be made, is not a folder, or cannot be written
 */
export function openDataFolder(path: string): DataFolder {
  try {
    const created = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { path, created, note: created ? undefined : complaint(path) };
  } catch (cause) {
    throw new Mistake(
      `The data folder ${path} cannot be used: ${reasonOf(cause)}.\nGive another one by --data, or make this one writable for the user who runs countersign.`,
      { exitCode: 1, cause },
    );
  }
}

function complaint(path: string): string | undefined {
  const isOpen = process.platform !== 'win32' && (statSync(path).mode & GROUP_AND_OTHERS) !== 0;
  return isOpen ? `Other users of this machine can look into ${path}: chmod 700 it.` : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'there is a file of this name',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is a file',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** The reason of a failed file operation, in words where it is a common one. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const words = code === undefined ? undefined : REASONS[code];
  return words ?? (cause instanceof Error ? cause.message : String(cause));
}
