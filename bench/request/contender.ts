// The servers that are compared. All of them answer the same bytes: who is signed in, as text. They
// differ in what finds that out.

import { randomBytes } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';

import { createSessions, type Sessions, type SessionStore } from 'countersign';
import { withSession } from 'countersign/adapters/node';
import { memoryStore } from 'countersign/stores/memory';
import { nearCache } from 'countersign/stores/near-cache';
import { openDatabase, sqliteStore } from 'countersign/stores/sqlite';

import {
  createCheck,
  createLaterCheck,
  hashOf,
  type Check,
  type FindRow,
  type Row,
} from '../floor/check.js';
import { createTable } from '../floor/table.js';
import { REMOTE_CLIENTS, type Remote } from '../remote/client.js';
import { signInUsers, userName } from '../traffic/signed-in.js';

export interface Contender {
  readonly listener: RequestListener;
  readonly cookieName: string;
  readonly tokens: readonly string[];
}

const COOKIE_NAME = '__Host-id';
const USERS = 1_000;
const HOUR_MS = 3_600_000;

type CreateContender = (place: string) => Promise<Contender> | Contender;

/**
 * Contenders by the names that the measuring process calls them by. Each is given its place: a directory
 * for files, or the URL of a database.
 */
export const CONTENDERS: Readonly<Record<string, CreateContender>> = {
  'memory-ours': () => createOurs(memoryStore()),
  'memory-floor': createMapFloor,
  'sqlite-ours': (directory) => createOurs(sqliteStore({ path: join(directory, 'ours.db') })),
  'sqlite-floor': createTableFloor,
  ...Object.fromEntries(
    REMOTE_CLIENTS.flatMap((client): readonly [string, CreateContender][] => [
      [`${client.name}-near`, async (url) => createOurs(nearCache((await client.open(url)).store))],
      [`${client.name}-ours`, async (url) => createOurs((await client.open(url)).store)],
      [`${client.name}-floor`, async (url) => createRemoteFloor(await client.open(url))],
    ]),
  ),
};

async function createOurs(store: SessionStore): Promise<Contender> {
  const sessions: Sessions<object> = createSessions<object>({ store, keys: [randomBytes(32)] });
  const users = await signInUsers(sessions, USERS);
  return {
    // Of the origins only requests that change something hear; they are set as in a real application.
    listener: withSession(sessions, { origins: ['https://app.example'] }, (request, response) => {
      answer(response, request.session.userId);
    }),
    cookieName: sessions.cookies.name,
    tokens: users.map((user) => user.token),
  };
}

function createMapFloor(): Contender {
  const rows = new Map<string, Row>();
  const expiresAt = Date.now() + HOUR_MS;
  const tokens = createTokens();
  for (const [position, token] of tokens.entries()) {
    rows.set(hashOf(token), { userId: userName(position), expiresAt });
  }
  return createFloor(tokens, (tokenHash) => rows.get(tokenHash));
}

function createTableFloor(directory: string): Contender {
  const table = createTable(openDatabase(join(directory, 'floor.db')));
  const expiresAt = Date.now() + HOUR_MS;
  const tokens = createTokens();
  for (const [position, token] of tokens.entries()) {
    table.insert(hashOf(token), { userId: userName(position), expiresAt });
  }
  return createFloor(tokens, table.find);
}

async function createRemoteFloor(remote: Remote): Promise<Contender> {
  const expiresAt = Date.now() + HOUR_MS;
  const tokens = createTokens();
  await remote.insertByHand(
    new Map(tokens.map((token, i) => [hashOf(token), { userId: userName(i), expiresAt }])),
  );
  const check = createLaterCheck(COOKIE_NAME, (hash) => remote.findByHand(hash));
  return {
    listener: (request, response) => {
      response.setHeader('Vary', 'Cookie');
      check(request.headers.cookie).then(
        (userId) => answer(response, userId),
        (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
      );
    },
    cookieName: COOKIE_NAME,
    tokens,
  };
}

function createFloor(tokens: readonly string[], findRow: FindRow): Contender {
  const check: Check = createCheck(COOKIE_NAME, findRow);
  return {
    listener: (request, response) => {
      const userId = check(request.headers.cookie);
      response.setHeader('Vary', 'Cookie');
      answer(response, userId);
    },
    cookieName: COOKIE_NAME,
    tokens,
  };
}

/** As long as a token of the library. */
function createTokens(): readonly string[] {
  return Array.from({ length: USERS }, () => randomBytes(60).toString('base64url'));
}

function answer(response: ServerResponse, userId: string | null): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (userId === null) {
    response.statusCode = 401;
    response.end('Sign in');
  } else {
    response.end(userId);
  }
}
