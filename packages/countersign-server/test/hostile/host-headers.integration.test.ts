// The same at the running server, which is told where it is by the request line and the Host field as they
// come over the line.

import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { folderMailer } from 'countersign/mail';
import { describe, expect, it } from 'vitest';

import { startDoorkeeper } from '../process/doorkeeper-process.js';
import { ADA, HttpVisitor } from '../process/http-visitor.js';
import { makeFolder } from '../setup/folder.js';

const EVIL = 'evil.example';

interface Lie {
  readonly name: string;
  /** The request target for a path; itself by default. */
  readonly target?: (path: string) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LIES: readonly Lie[] = [
  { name: 'Host', headers: { host: EVIL } },
  { name: 'Host with a port', headers: { host: `${EVIL}:80` } },
  { name: 'Host with a user', headers: { host: `localhost@${EVIL}` } },
  { name: 'an absolute target', target: (path) => `http://${EVIL}${path}` },
  {
    name: 'an absolute target with a Host of its own',
    target: (path) => `https://${EVIL}${path}`,
    headers: { host: EVIL },
  },
  { name: 'X-Forwarded-Host', headers: { 'x-forwarded-host': EVIL, 'x-forwarded-proto': 'https' } },
  { name: 'Forwarded', headers: { forwarded: `host=${EVIL};proto=https` } },
  { name: 'Origin is ours and Referer is not', headers: { referer: `https://${EVIL}/` } },
];

interface Sent {
  readonly status: number;
  readonly location: string | undefined;
}

async function post(
  { port, url }: { readonly port: number; readonly url: string },
  { path, address, lie }: { path: string; address: string; lie: Lie },
): Promise<Sent> {
  const body = new URLSearchParams({ address }).toString();
  const sending = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: lie.target?.(path) ?? path,
    headers: {
      host: `localhost:${port}`,
      origin: url,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
      ...lie.headers,
    },
  });
  sending.end(body);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sending.on('response', resolve).on('error', reject);
  });
  answer.resume();
  return { status: answer.statusCode ?? 0, location: answer.headers.location };
}

describe('a running server that is told to be another host', () => {
  it('sends mails that lead to itself, or none', async () => {
    const data = makeFolder();
    const doorkeeper = await startDoorkeeper(data);
    const { url } = doorkeeper;
    await new HttpVisitor(url).signUp(doorkeeper);
    const expected = new Set<string>([ADA]);
    for (const [index, lie] of LIES.entries()) {
      const address = `person-${index}@example.org`;
      const sent = await post(doorkeeper, { path: '/sign-up', address, lie });
      expect([lie.name, [303, 400].includes(sent.status)]).toEqual([lie.name, true]);
      expect(sent.location ?? '').not.toContain(EVIL);
      if (sent.status === 303) expected.add(address);
    }
    for (const path of ['/forgot', '/sign-in/link']) {
      const all = LIES.flatMap(({ headers = {} }) => Object.entries(headers));
      const lie = { name: 'all', headers: Object.fromEntries(all) };
      expect((await post(doorkeeper, { path, address: ADA, lie })).status).toBe(303);
    }
    expect(expected.size).toBeGreaterThan(5);
    const folder = folderMailer({ folder: join(data, 'mail'), from: 'a@a.example' });
    // To the account: the link of its making, two links more.
    while ((await folder.list()).length < expected.size + 2) await sleep(20);
    const heads = await folder.list();
    expect(new Set(heads.map(({ to }) => to))).toEqual(expected);
    for (const { name } of heads) {
      const mail = await folder.read(name);
      const content = JSON.stringify(mail);
      expect(content).not.toContain('evil');
      const links = content.match(/https?:\/\/[^/\s"<\\]+/g) ?? [];
      expect(new Set(links)).toEqual(new Set([url]));
    }
  });
});
