// Files that only their owner may read. Written whole or not at all, and never over another one.

import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';

import { Mistake } from '../mistake.js';
import { reasonOf } from './data-folder.js';

const GROUP_AND_OTHERS = 0o077;
const GROUP_READS = 0o040;

/**
 * Whether nobody but its owner and those whom it was handed to has a file. What root owns and hands to one
 * user comes by a group, or by an access list that shows as one: systemd and Kubernetes have no other way.
 * Who else is in that group is root's to know.
 * @param user that this process runs as
 */
export function isPrivate({ mode, uid }: Pick<Stats, 'mode' | 'uid'>, user: number): boolean {
  const isHandedOut = uid === 0 && user !== 0;
  return (mode & GROUP_AND_OTHERS & ~(isHandedOut ? GROUP_READS : 0)) === 0;
}

/** What makes a file private to a user, who could not read another's file of mode 600. */
export function closing(path: string, { uid }: Pick<Stats, 'uid'>, user: number): string {
  const close = `chmod 600 ${path}`;
  return uid === user ? close : `chown ${user} ${path} && ${close}`;
}

/**
 * Reads a private file.
 * @returns its text, or `undefined` when there is none
 * @throws Mistake when other users can read it, or this one cannot
 */
export function readPrivateFile(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const user = process.getuid?.();
    // Windows has neither users by number nor modes.
    if (user !== undefined && !isPrivate(stats, user))
      throw new Mistake(
        `${path} can be read or changed by other users of this machine (mode ${(stats.mode & 0o777).toString(8)}), so what is in it may be known.\nIf nobody has: ${closing(path, stats, user)}`,
        { exitCode: 1 },
      );
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw cause instanceof Mistake ? cause : unusable(path, cause);
  }
}

/** What a text in JSON says; `undefined` for another one, so that no message repeats a part of it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What to do about a file that is there already. */
export interface WriteOptions {
  readonly existing: 'keep' | 'replace';
}

/**
 * Writes a private file (0600): on the disk, and under its name only when it is complete.
 * @returns false when `existing` is `keep` and there is one
 * @throws Mistake when it cannot be written
 */
export function writePrivateFile(path: string, text: string, options: WriteOptions): boolean {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeNew(draft, text);
    if (options.existing === 'replace') renameSync(draft, path);
    // Unlike a rename, a link fails when another process was faster: its keys are in use already.
    else linkSync(draft, path);
    syncFolder(dirname(path));
    return true;
  } catch (cause) {
    if (options.existing === 'keep' && isExisting(cause)) return false;
    throw unusable(path, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeNew(path: string, text: string): void {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function isExisting(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
}

function unusable(path: string, cause: unknown): Mistake {
  return new Mistake(
    `${path} cannot be used: ${reasonOf(cause)}.\nIt belongs to the user who runs countersign, with mode 600.`,
    { exitCode: 1, cause },
  );
}
