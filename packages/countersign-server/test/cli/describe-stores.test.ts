import { expect, it } from 'vitest';

import { describeStores } from '../../src/cli/describe-stores.js';
import { parseServeOptions } from '../../src/cli/serve-options.js';

function line(...args: string[]): string | undefined {
  return describeStores(parseServeOptions(args, { folder: '/', env: {} }).stores);
}

const DATABASE = '--database=postgres://app:hunter2@db.example/app';
const SESSIONS = '--sessions=rediss://:hunter2@cache.example/1';

it('says nothing where all is in the data folder', () => {
  expect(line()).toBeUndefined();
});

it('says in one line where accounts and sessions are, and how late an ending can be seen', () => {
  expect(line(DATABASE)).toBe(
    'accounts and sessions in PostgreSQL at db.example:5432/app; an ending elsewhere is seen within 2 s',
  );
  expect(line(SESSIONS, '--max-staleness=500ms')).toBe(
    'accounts in SQLite, sessions in Redis at cache.example:6379/1; an ending elsewhere is seen within 500 ms',
  );
  expect(line(DATABASE, SESSIONS, '--max-staleness=0')).toBe(
    'accounts in PostgreSQL at db.example:5432/app, sessions in Redis at cache.example:6379/1; asked at every request',
  );
});
