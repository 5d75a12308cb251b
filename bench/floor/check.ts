// The check by hand: the least that finds who is signed in and still keeps only hashes of tokens. What it
// does not do stands in the README beside this folder; whoever adds to it moves the bars.

import { hash } from 'node:crypto';

/** Who is signed in, by the Cookie header. */
export type Check = (header: string | undefined) => string | null;

/** What is kept of a session. */
export interface Row {
  readonly userId: string;
  readonly expiresAt: number;
}

/** Asks for the row by the token's SHA-256, in base64url. */
export type FindRow = (tokenHash: string) => Row | undefined;

/** The same where rows come later. */
export function createLaterCheck(
  cookieName: string,
  findRow: (tokenHash: string) => Promise<Row | undefined>,
): (header: string | undefined) => Promise<string | null> {
  const sought = `${cookieName}=`;
  return async (header) => {
    const token = findToken(header, sought);
    return token === null ? null : userIn(await findRow(hashOf(token)));
  };
}

export function createCheck(cookieName: string, findRow: FindRow): Check {
  const sought = `${cookieName}=`;
  return (header) => {
    const token = findToken(header, sought);
    return token === null ? null : userIn(findRow(hashOf(token)));
  };
}

/** Finds the cookie wherever its name stands first: takes `x__Host-id=…` for it, and the first of two. */
function findToken(header: string | undefined, sought: string): string | null {
  if (header === undefined) return null;
  const at = header.indexOf(sought);
  if (at === -1) return null;
  const start = at + sought.length;
  const end = header.indexOf(';', start);
  return end === -1 ? header.slice(start) : header.slice(start, end);
}

function userIn(row: Row | undefined): string | null {
  return row !== undefined && row.expiresAt > Date.now() ? row.userId : null;
}

export function hashOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
