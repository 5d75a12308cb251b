import { describe, expect, it } from 'vitest';

import { HELP } from '../../src/cli/help.js';
import { variableOf, type Environment } from '../../src/cli/given.js';
import { parseServeOptions } from '../../src/cli/serve-options.js';
import { STORE_FLAGS, type StoreOptions } from '../../src/cli/store-options.js';
import { Mistake } from '../../src/mistake.js';

const DATABASE = 'postgres://app:hunter2@db.example/app';
const SESSIONS = 'redis://:hunter2@cache.example:7000/3';

function read(args: readonly string[], env: Environment = {}): StoreOptions {
  return parseServeOptions(args, { folder: '/srv', env }).stores;
}

function mistakeOf(args: readonly string[], env: Environment = {}): Mistake {
  try {
    read(args, env);
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('where accounts and sessions are kept', () => {
  it('is SQLite, unless told otherwise', () => {
    expect(read([])).toEqual({ maxStaleness: 2_000, patience: 30_000 });
  });

  it('is told by options', () => {
    const args = ['--database', DATABASE, '--sessions', SESSIONS, '--max-staleness', '3s'];
    expect(read([...args, '--wait', '0', '--keys', 'k.json'])).toEqual({
      database: {
        url: DATABASE,
        place: 'PostgreSQL at db.example:5432/app',
        flag: 'database',
        name: '--database',
        isExposed: true,
      },
      sessions: {
        url: SESSIONS,
        place: 'Redis at cache.example:7000/3',
        flag: 'sessions',
        name: '--sessions',
        isExposed: true,
      },
      maxStaleness: 3_000,
      patience: 0,
      keysFile: '/srv/k.json',
    });
  });

  it('is told by the environment alike, which shows a password to nobody', () => {
    const env = {
      COUNTERSIGN_DATABASE: DATABASE,
      COUNTERSIGN_SESSIONS: SESSIONS,
      COUNTERSIGN_MAX_STALENESS: '0',
      COUNTERSIGN_WAIT: '1m',
      COUNTERSIGN_KEYS: '/run/keys.json',
    };
    expect(read([], env)).toMatchObject({
      database: { url: DATABASE, name: 'COUNTERSIGN_DATABASE', isExposed: false },
      sessions: { url: SESSIONS, name: 'COUNTERSIGN_SESSIONS', isExposed: false },
      maxStaleness: 0,
      patience: 60_000,
      keysFile: '/run/keys.json',
    });
  });

  it('is told by the command line where both tell, and by neither where the variable is empty', () => {
    const env = { COUNTERSIGN_MAX_STALENESS: '1s', COUNTERSIGN_DATABASE: '' };
    expect(read(['--max-staleness=3s'], env)).toEqual({ maxStaleness: 3_000, patience: 30_000 });
  });

  it.each([
    ['postgresql://db.example', 'postgres://db.example', 'PostgreSQL at db.example:5432'],
    ['POSTGRES://db.example/A', 'postgres://db.example/A', 'PostgreSQL at db.example:5432/A'],
    ['postgres://[::1]:99/a', 'postgres://[::1]:99/a', 'PostgreSQL at [::1]:99/a'],
    ['postgres:///a?host=/run/pg', 'postgres:///a?host=/run/pg', 'PostgreSQL at /run/pg/a'],
    [
      'postgres://u@db.example/a?password=hunter2&sslmode=disable',
      'postgres://u@db.example/a?password=hunter2&sslmode=disable',
      'PostgreSQL at db.example:5432/a',
    ],
  ])('takes --database %s', (text, url, place) => {
    expect(read(['--database', text]).database).toMatchObject({ url, place });
  });

  it.each([
    ['redis://localhost', 'redis://localhost', 'Redis at localhost:6379'],
    [
      'rediss://u:hunter2@a.example/1',
      'rediss://u:hunter2@a.example/1',
      'Redis at a.example:6379/1',
    ],
    ['valkey://a.example', 'redis://a.example', 'Valkey at a.example:6379'],
    ['valkeys://a.example', 'rediss://a.example', 'Valkey at a.example:6379'],
  ])('takes --sessions %s', (text, url, place) => {
    expect(read(['--sessions', text]).sessions).toMatchObject({ url, place });
  });

  it.each([
    ['--database', 'mysql://app:hunter2@db.example/app', 'begins with "mysql:"'],
    ['--database', 'redis://:hunter2@cache.example', 'begins with "redis:"'],
    ['--database', 'db.example/hunter2', 'is no URL'],
    ['--database', 'app:hunter2@db.example/app', 'has no scheme'],
    ['--database', 'postgres://app:hun/ter2@db.example/app', 'is no URL'],
    ['--database', 'postgres://app:12/hunter2@db.example/app', 'has an @ behind its host'],
    ['--database', 'postgres://hun/ter2@db.example/app', 'has an @ behind its host'],
    ['--database', 'postgres://hunter2:12?a@db.example/app', 'has an @ behind its host'],
    ['--database', 'postgres://hunter2:12#a@db.example/app', 'has an @ behind its host'],
    ['--database', 'postgres:hunter2@db/app?host=x', 'has no scheme'],
    ['--database', '', 'is no URL'],
    ['--database', 'postgres:///hunter2', 'names no host'],
    ['--sessions', 'postgres://app:hunter2@db.example/app', 'begins with "postgres:"'],
    ['--sessions', 'redis://?host=hunter2', 'names no host'],
    ['--sessions', 'redis://default:12/hunter2@cache', 'has an @ behind its host'],
    ['--sessions', 'cache.example:6379', 'has no scheme'],
    ['--sessions', 'hunter2:@cache.example:6379', 'has no scheme'],
  ])('refuses %s %j with the remedy and without what was written', (flag, text, problem) => {
    const mistake = mistakeOf([`${flag}=${text}`]);
    expect(mistake.exitCode).toBe(2);
    expect(mistake.message).toContain(`${flag} ${problem}`);
    expect(mistake.message).toMatch(/such as (postgres|redis):\/\//);
    expect(mistake.message).not.toMatch(/hunter2|ter2/);
    expect(mistake.cause).toBeUndefined();
  });

  it('names the variable where that is wrong', () => {
    const { message } = mistakeOf([], { COUNTERSIGN_SESSIONS: 'http://:hunter2@cache' });
    expect(message).toContain('COUNTERSIGN_SESSIONS begins with "http:"');
    expect(message).not.toContain('hunter2');
    expect(mistakeOf([], { COUNTERSIGN_WAIT: 'long' }).message).toBe(
      'COUNTERSIGN_WAIT "long" cannot be used.\nIt takes a duration of up to 60m, such as COUNTERSIGN_WAIT=30s, or 0.',
    );
  });

  it.each([
    ['0', 0],
    ['100ms', 100],
    ['1.5', 1_500],
    ['1m', 60_000],
  ])('takes --max-staleness %s', (text, maxStaleness) => {
    expect(read(['--max-staleness', text]).maxStaleness).toBe(maxStaleness);
  });

  it.each([
    ['--max-staleness', '50ms'],
    ['--max-staleness', '2m'],
    ['--max-staleness', 'never'],
    ['--max-staleness', ''],
    ['--wait', '-1'],
    ['--wait', '2h'],
    ['--keys', ' '],
  ])('refuses %s %j with the remedy, and 2', (flag, value) => {
    const mistake = mistakeOf([`${flag}=${value}`]);
    expect(mistake.exitCode).toBe(2);
    expect(mistake.message).toContain(`${flag} ${JSON.stringify(value)} cannot be used.`);
    expect(mistake.message).toContain(`such as ${flag} `);
  });

  it('has help for every variable', () => {
    const flags = Object.keys(STORE_FLAGS) as (keyof typeof STORE_FLAGS)[];
    for (const flag of flags) expect(HELP).toContain(variableOf(flag));
  });
});
