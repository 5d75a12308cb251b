import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

import { describe, expect, it, onTestFinished } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import { HELP } from '../../src/cli/help.js';
import { makeFolder } from '../setup/folder.js';
import { runCountersign, startDoorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor, PASSWORD } from './http-visitor.js';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('countersign', () => {
  it('helps, and tells its version', async () => {
    expect(await runCountersign(['--help'])).toEqual({ code: 0, stdout: HELP, stderr: '' });
    expect(await runCountersign(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    });
  });

  it('ends with 2 for a command line that it does not know, and says why on stderr', async () => {
    for (const args of [[], ['start'], ['serve', '--prot', '80'], ['serve', '--port', 'x']]) {
      const { code, stdout, stderr } = await runCountersign(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe('countersign serve', () => {
  it('makes folder, keys and database at the first start, for its user alone, and says so', async () => {
    const data = join(makeFolder(), 'data');
    const first = await startDoorkeeper(data);
    expect(modeOf(data)).toBe(0o700);
    const files = readdirSync(data);
    expect(files).toContain('keys.json');
    expect(files).toContain('countersign.db');
    for (const file of files) expect([file, modeOf(join(data, file))]).toEqual([file, 0o600]);
    expect(first.output.stdout).toMatch(/keys\.json\s+made now, mode 0600/);
    expect(first.output.stdout).toContain(`${data}  made now, mode 0700`);
    const keys = readFileSync(join(data, 'keys.json'), 'utf8');
    expect((await first.stop()).code).toBe(0);

    const second = await startDoorkeeper(data);
    expect(second.output.stdout).not.toContain('made now');
    expect(readFileSync(join(data, 'keys.json'), 'utf8')).toBe(keys);
  });

  it('has no account until somebody makes one (6.3.2)', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    const visitor = new HttpVisitor(doorkeeper.url);
    for (const name of ['admin', 'root', 'countersign']) {
      for (const password of ['admin', 'password', 'countersign'])
        expect((await visitor.post('/sign-in', { name, password })).status).not.toBe(303);
    }
    expect((await visitor.signUp(doorkeeper)).status).toBe(303);
  });

  it('keeps accounts and sessions over a restart, and forgets none that was ended', async () => {
    const data = makeFolder();
    const port = String(await freePort());
    const first = await startDoorkeeper(data, ['--port', port]);
    const [kept, ended] = [new HttpVisitor(first.url), new HttpVisitor(first.url)];
    await kept.signUp(first);
    await ended.signIn();
    const endedCookie = ended.cookie;
    await ended.post('/sign-out', {});
    await first.stop();

    const second = await startDoorkeeper(data, ['--port', port]);
    expect(second.url).toBe(first.url);
    expect((await kept.get('/')).text).toContain('Welcome, ada');
    ended.cookie = endedCookie;
    expect((await ended.get('/')).status).toBe(303);
  });

  it('makes new keys where they were lost, and sessions go on', async () => {
    const data = makeFolder();
    const port = String(await freePort());
    const first = await startDoorkeeper(data, ['--port', port]);
    const visitor = new HttpVisitor(first.url);
    await visitor.signUp(first);
    await first.stop();
    rmSync(join(data, 'keys.json'));
    const second = await startDoorkeeper(data, ['--port', port]);
    expect(second.output.stdout).toMatch(/keys\.json\s+made now/);
    expect((await visitor.get('/')).text).toContain('Welcome, ada');
    expect((await visitor.signIn()).status).toBe(303);
  });

  it('says that the port is taken, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const data = join(makeFolder(), 'data');
    const { code, stderr } = await runCountersign(['serve', '--port', `${port}`, '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Port ${port} on 127.0.0.1 is taken: something else listens there, perhaps another countersign.\n` +
        'Stop it, or choose another port, such as --port 4181.\n',
    );
  });

  it('says that an address is not one of this machine', async () => {
    const data = makeFolder();
    const { code, stderr } = await runCountersign(['serve', '--host', '192.0.2.1', '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toContain('192.0.2.1 is no address of this machine.');
  });

  it('says what is wrong with its data, and starts nothing', async () => {
    const data = makeFolder();
    writeFileSync(join(data, 'file'), '');
    const noFolder = await runCountersign(['serve', '--data', join(data, 'file')]);
    expect(noFolder.code).toBe(1);
    expect(noFolder.stderr).toContain('cannot be used: there is a file of this name.');

    writeFileSync(join(data, 'keys.json'), '{}', { mode: 0o644 });
    const open = await runCountersign(['serve', '--data', data]);
    expect(open.code).toBe(1);
    expect(open.stderr).toContain(`chmod 600 ${join(data, 'keys.json')}`);
    chmodSync(join(data, 'keys.json'), 0o600);
    expect((await runCountersign(['serve', '--data', data])).stderr).toContain('not a keys file');

    const other = makeFolder();
    writeFileSync(join(other, 'countersign.db'), 'no database at all, but a longer text than that');
    const broken = await runCountersign(['serve', '--data', other]);
    expect(broken.code).toBe(1);
    expect(broken.stderr).not.toMatch(/\n\s+at /);
  });

  it('speaks HTTPS with a certificate of its own, whose fingerprint it shows', async () => {
    const data = makeFolder();
    const { url, output } = await startDoorkeeper(data, ['--tls-self-signed']);
    expect(url).toMatch(/^https:\/\/localhost:/);
    const { status, fingerprint } = await getInsecurely(`${url}/sign-in`);
    expect(status).toBe(200);
    expect(output.stdout).toContain(fingerprint);
    expect(modeOf(join(data, 'tls-self-signed.pem'))).toBe(0o600);
  });

  it('serves the origin that it is told of, behind a proxy that it is told of', async () => {
    const origin = 'https://id.example.org';
    const args = ['--origin', origin, '--trust-proxy', 'loopback'];
    const { port, output } = await startDoorkeeper(makeFolder(), args);
    expect(output.stdout).toContain(`Open  ${origin}\n`);
    const proxied = {
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '198.51.100.9, 203.0.113.7',
    };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ name: ADA, password: PASSWORD });
    const send = (headers: Readonly<Record<string, string>>) =>
      fetch(`http://127.0.0.1:${port}/sign-in`, {
        method: 'POST',
        headers: { ...form, ...proxied, ...headers },
        body,
        redirect: 'manual',
      });

    expect((await send({ origin: `http://127.0.0.1:${port}` })).status).toBe(403);
    const done = await send({ origin });
    expect(done.status).toBe(401);
    expect(done.headers.get('strict-transport-security')).toContain('max-age=');
    expect(output.stderr).toContain('"address":"203.0.113.7"');
    expect(output.stderr).not.toContain('198.51.100.9');
    expect(output.stderr).not.toContain('Warning');
  });
});

function getInsecurely(url: string): Promise<{ status: number; fingerprint: string }> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      const { socket } = response;
      const fingerprint =
        socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.fingerprint256 ?? '') : '';
      resolve({ status: response.statusCode ?? 0, fingerprint });
    }).once('error', reject);
  });
}
