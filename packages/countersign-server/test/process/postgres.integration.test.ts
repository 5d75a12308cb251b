import { join } from 'node:path';

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  startPostgres,
  type PostgresServer,
} from '../../../countersign/test/services/postgres-server.js';
import { makeFolder } from '../setup/folder.js';
import { beginDoorkeeper, runCountersign, startDoorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor, linkIn, PASSWORD } from './http-visitor.js';
import { countMails, isIn, isWell, lastLetIn, sentTo, startTwo } from './several.js';

const BOUND_MS = 2_000;
/** Everybody is trusted there, so that any password will do. */
const SECRET = 'hunter2';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('CREATE ROLE guest LOGIN');
  await client.end();
});

afterAll(() => server.stop());

async function newDatabase(): Promise<string> {
  const url = new URL(await server.createDatabase());
  url.password = SECRET;
  return url.href;
}

describe('doorkeepers on one PostgreSQL', () => {
  it('know who signed in at another, and refuse within the bound who signed out there', async () => {
    const [first, second] = await startTwo(['--database', await newDatabase()]);
    const ada = new HttpVisitor(first.url);
    expect((await ada.signUp(first)).status).toBe(303);
    const moved = sentTo(second, ada);
    expect((await moved.get('/')).text).toContain('Welcome, ada');
    const other = new HttpVisitor(second.url);
    expect((await other.signIn()).status).toBe(303);
    const devices = (await sentTo(first, other).get('/devices')).text;
    expect(devices.match(/name="id"/g)).toHaveLength(1);

    // Read several times, so that it is held here.
    for (let visit = 0; visit < 5; visit += 1) await moved.get('/devices');
    await ada.post('/sign-out', {});
    expect(await lastLetIn(moved)).toBeLessThan(BOUND_MS);
    expect((await other.get('/devices')).status).toBe(200);

    await ada.signIn();
    for (let visit = 0; visit < 5; visit += 1) await ada.get('/devices');
    expect((await other.post('/devices/end-others', {})).status).toBe(303);
    expect(await lastLetIn(ada)).toBeLessThan(BOUND_MS);
    expect((await other.get('/devices')).status).toBe(200);
    const { stdout, stderr } = second.output;
    expect(stdout + stderr).not.toContain(SECRET);
    expect(stdout).toMatch(
      /Store accounts and sessions in PostgreSQL at 127\.0\.0\.1:\d+\/\w+; an ending elsewhere is seen within 2 s\n/,
    );
  });

  it('find links that the other has sent, and count together what is asked for', async () => {
    const [first, second] = await startTwo(['--database', await newDatabase()]);
    const ada = new HttpVisitor(second.url);
    await new HttpVisitor(first.url).post('/sign-up', { address: ADA });
    await ada.follow(linkIn(await first.mailTo(ADA)));
    const done = await ada.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD });
    expect(done.status).toBe(303);
    expect((await ada.get('/')).text).toContain(ADA);
    // Five to an address in an hour (G61), and not five by each.
    expect(await countMails([first, second])).toBe(5);
  });

  it('see an ending at once where every request asks the server', async () => {
    const args = ['--database', await newDatabase(), '--max-staleness', '0'];
    const [first, second] = await startTwo(args);
    const ada = new HttpVisitor(first.url);
    await ada.signUp(first);
    const moved = sentTo(second, ada);
    expect((await moved.get('/devices')).status).toBe(200);
    await ada.post('/sign-out', {});
    expect((await moved.get('/devices')).status).toBe(303);
  });

  it('need the same keys, and say so where they are new', async () => {
    const database = await newDatabase();
    const args = ['--database', database];
    const [mine, theirs] = [makeFolder(), makeFolder()];
    const first = await startDoorkeeper(mine, args);
    expect(first.output.stdout).toContain(`copy ${join(mine, 'keys.json')} to the others`);
    const ada = new HttpVisitor(first.url);
    await ada.signUp(first);
    const stranger = await startDoorkeeper(theirs, args);
    expect((await sentTo(stranger, ada).get('/')).status).toBe(303);
    expect((await ada.get('/')).status).toBe(200);

    const shared = ['--keys', join(mine, 'keys.json')];
    const third = await startDoorkeeper(makeFolder(), [...args, ...shared]);
    expect(third.output.stdout).not.toContain('These keys are new');
    expect((await sentTo(third, ada).get('/')).status).toBe(200);
  });

  it('set up an empty database at once without getting in each other’s way', async () => {
    const env = { COUNTERSIGN_DATABASE: await newDatabase() };
    const doorkeepers = await Promise.all(
      Array.from({ length: 3 }, () => startDoorkeeper(makeFolder(), [], env)),
    );
    for (const { url, output } of doorkeepers) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect(output.stdout).not.toContain('can be seen by every user');
    }
  });
});

describe('a PostgreSQL that goes away', () => {
  it('is a 503 until it is back, and nobody is signed out (promise 6)', async () => {
    const own = await startPostgres();
    try {
      const doorkeeper = await startDoorkeeper(makeFolder(), ['--database', own.url]);
      const { url, output, stop } = doorkeeper;
      const ada = new HttpVisitor(url);
      await ada.signUp(doorkeeper);
      await own.kill();
      const page = await ada.get('/devices');
      expect(page.status).toBe(503);
      expect(page.headers.get('retry-after')).toBe('5');
      expect(page.text).toContain('You are not signed out');
      const health = await fetch(`${url}/healthz`);
      expect([health.status, await health.json()]).toEqual([
        503,
        { status: 'unavailable', down: ['database'] },
      ]);
      await own.restart();
      await isWell(url);
      expect((await ada.get('/devices')).status).toBe(200);
      await isIn(() => output.stderr, '"event":"store-back"');
      expect(output.stderr).toContain('"event":"store-lost"');
      expect(output.stderr).not.toMatch(/Unhandled|Warning/);

      await own.kill();
      expect((await stop()).code).toBe(0);
    } finally {
      await own.stop();
    }
  });

  it('keeps nobody waiting while it hangs, and lets the doorkeeper stop', async () => {
    const own = await startPostgres();
    try {
      const doorkeeper = await startDoorkeeper(makeFolder(), ['--database', own.url]);
      const { url, stop } = doorkeeper;
      const ada = new HttpVisitor(url);
      await ada.signUp(doorkeeper);
      own.pause();
      const start = performance.now();
      expect((await ada.get('/devices')).status).toBe(503);
      expect((await ada.signIn()).status).toBe(503);
      expect((await fetch(`${url}/healthz`)).status).toBe(503);
      expect(performance.now() - start).toBeLessThan(25_000);
      const stopping = performance.now();
      expect((await stop()).code).toBe(0);
      expect(performance.now() - stopping).toBeLessThan(20_000);
    } finally {
      await own.stop();
    }
  });

  it('is waited for at start', async () => {
    const own = await startPostgres();
    try {
      await own.kill();
      const { output, isOpen } = beginDoorkeeper(makeFolder(), ['--database', own.url]);
      const line = `PostgreSQL at 127.0.0.1:${own.port}/postgres: nothing listens there. Waiting for up to 30 seconds …\n`;
      await isIn(() => output.stdout, line);
      await own.restart();
      expect((await fetch(`${(await isOpen).url}/healthz`)).status).toBe(200);
      expect(output.stdout.split(line)).toHaveLength(2);
    } finally {
      await own.stop();
    }
  });
});

describe('a PostgreSQL that cannot be used', () => {
  it.each([
    ['nothing listens', (url: URL) => (url.port = '1'), 'nothing listens there'],
    ['there is no such user', (url: URL) => (url.username = 'nobody'), 'it refuses this user or'],
    ['there is no such database', (url: URL) => (url.pathname = '/none'), 'it has no database of'],
    [
      'the user may create nothing',
      (url: URL) => (url.username = 'guest'),
      'this user may not set',
    ],
    ['it speaks no TLS', (url: URL) => (url.search = '?sslmode=require'), 'it speaks no TLS.'],
  ])('ends the start with 1 and the remedy where %s', async (_name, change, reason) => {
    const url = new URL(await newDatabase());
    change(url);
    const data = makeFolder();
    const { code, stdout, stderr } = await runCountersign(
      ['serve', '--port', '0', '--data', data, '--wait', '1s'],
      { COUNTERSIGN_DATABASE: url.href },
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining(`cannot be used: ${reason}`)]);
    expect(stderr).toMatch(/\n.{20,}\.\n$/);
    expect(stdout + stderr).not.toMatch(/hunter2|\n\s+at /);
  });
});

describe('a PostgreSQL that asks for a password', () => {
  const password = 'p@ss/w#rd 100%:?';
  let strict: PostgresServer;
  beforeAll(async () => {
    strict = await startPostgres();
    await demandPassword(strict.url, password);
  });
  afterAll(() => strict.stop());

  const serve = (secret: string) => {
    const url = new URL(strict.url);
    url.password = encodeURIComponent(secret);
    return { COUNTERSIGN_DATABASE: url.href };
  };

  it('is given one with any characters, percent-encoded, or by PGPASSWORD', async () => {
    const { url } = await startDoorkeeper(makeFolder(), [], serve(password));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const other = await startDoorkeeper(makeFolder(), [], { ...serve(''), PGPASSWORD: password });
    expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
  });

  it.each([
    ['a wrong one', 'hunter2', 'it refuses this user or password'],
    ['none', '', 'it asks for a password, and none was given'],
  ])('is not waited for with %s', async (_name, secret, reason) => {
    const line = ['serve', '--port', '0', '--data', makeFolder()];
    const { code, stdout, stderr } = await runCountersign(line, serve(secret));
    expect([code, stderr]).toEqual([1, expect.stringContaining(`cannot be used: ${reason}.\n`)]);
    expect(stdout + stderr).not.toMatch(/hunter2|Waiting/);
  });
});

/** From now on the server lets nobody in without the password of its user. */
async function demandPassword(url: string, password: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`ALTER ROLE CURRENT_USER PASSWORD ${client.escapeLiteral(password)}`);
  const { rows } = await client.query<{ hba_file: string }>('SHOW hba_file');
  const rule = client.escapeLiteral('host all all 127.0.0.1/32 scram-sha-256');
  await client.query(`COPY (SELECT ${rule}) TO ${client.escapeLiteral(rows[0]?.hba_file ?? '')}`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  await isRefused(url);
}

/** A server reads its rules anew a moment after it was told to. */
async function isRefused(url: string): Promise<void> {
  for (;;) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
    } catch {
      return;
    }
  }
}
