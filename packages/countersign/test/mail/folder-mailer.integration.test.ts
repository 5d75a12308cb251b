// The mailer that writes files: what is in them, who may read them, and that nothing else is given out.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import { folderMailer, type FolderMailer } from '../../src/mail/folder-mailer.js';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.js';
import { parseMime } from '../services/mime.js';

const home = mkdtempSync(join(tmpdir(), 'countersign-mail-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let folders = 0;

interface Setting {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly mailer: FolderMailer;
}

function setUp(from = 'Example Shop <no-reply@shop.example>'): Setting {
  folders += 1;
  const folder = join(home, `${folders}`, 'mail');
  const clock = createFakeClock();
  return { folder, clock, mailer: folderMailer({ folder, from, clock }) };
}

const MAIL: Mail = {
  to: 'ada@example.org',
  subject: 'Reset your password',
  text: `Hello\n.\nhttps://shop.example/reset?token=${'a'.repeat(43)}\n`,
  kind: 'reset',
};

describe('a mail in the folder', () => {
  it('comes back as it was sent, and its file is legible', async () => {
    const { mailer, clock, folder } = setUp();
    await mailer.send({ ...MAIL, html: '<p>Hello</p>\n' });
    const [mail] = await mailer.list();
    const head = { ...mail };
    expect(head.name).toMatch(/^\d{8}T\d{9}Z-000000-[\da-f]{16}\.eml$/);
    const { to, subject, kind } = MAIL;
    const date = Math.floor(clock.now() / 1000) * 1000;
    expect(head).toEqual({ name: head.name, date, to, subject, kind });
    const content = await mailer.read(head.name ?? '');
    expect(content).toEqual({ ...head, text: MAIL.text, html: '<p>Hello</p>\n' });
    expect(readFileSync(join(folder, head.name ?? ''), 'utf8')).toContain(
      `\r\nhttps://shop.example/reset?token=${'a'.repeat(43)}\r\n`,
    );
  });

  it('is what any mail program reads: headers, subject and both bodies', async () => {
    const { mailer, folder } = setUp('Büro Ωmega <no-reply@shop.example>');
    const mail = {
      ...MAIL,
      subject: `Grüße aus der Straße ${'🦊'.repeat(40)} und so fort`,
      text: 'Grüße\n--\nAda\n',
      html: '<p>Grüße</p>\n',
    };
    await mailer.send(mail);
    const raw = onlyFile(folder);
    const read = parseMime(raw);
    expect(read).toMatchObject({ text: mail.text, html: mail.html });
    expect(read.headers.get('subject')).toBe(mail.subject);
    expect(read.headers.get('from')).toBe('Büro Ωmega <no-reply@shop.example>');
    expect(read.headers.get('auto-submitted')).toBe('auto-generated');
    expect(read.headerNames.toSorted()).toEqual(
      ['date', 'from', 'to', 'subject', 'message-id', 'auto-submitted', 'x-countersign-kind']
        .concat(['mime-version', 'content-type'])
        .toSorted(),
    );
    const longest = Math.max(
      ...raw
        .toString('latin1')
        .split('\r\n')
        .map(({ length }) => length),
    );
    expect(longest).toBeLessThanOrEqual(78);
    expect(raw.toString('latin1')).toMatch(/^[\t\r\n\x20-\x7e]*$/);
  });

  it('comes back whatever its text and subject are', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(line, fc.array(line, { minLength: 1 }), async (subject, lines) => {
        const { mailer, folder } = setUp();
        const mail = { ...MAIL, subject: `a${subject}z`, text: `${lines.join('\n')}.\n` };
        try {
          await mailer.send(mail);
        } catch (error) {
          expect(error).toMatchObject({ code: 'mail-invalid' });
          return;
        }
        const [head] = await mailer.list();
        expect(head?.subject).toBe(mail.subject);
        expect((await mailer.read(head?.name ?? ''))?.text).toBe(mail.text);
        const read = parseMime(onlyFile(folder));
        expect(read.headers.get('subject')).toBe(mail.subject);
        expect(read.text).toBe(mail.text);
      }),
      { numRuns: 150 },
    );
  });

  it('is for its owner alone, and its folder too', async () => {
    const { mailer, folder } = setUp();
    const before = process.umask(0);
    try {
      await mailer.send(MAIL);
    } finally {
      process.umask(before);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('that breaks out of its headers is never written', async () => {
    const { mailer, folder } = setUp();
    const mail = { ...MAIL, subject: 'Hello\r\nBcc: eve@example.net' };
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'mail-invalid' });
    expect(existsSync(folder)).toBe(false);
  });

  it('that cannot be written is unavailable, and leaves nothing half written', async () => {
    const { mailer, folder } = setUp();
    mkdirSync(join(folder, '..'), { recursive: true });
    writeFileSync(folder, 'not a folder');
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 'mail-unavailable' });
  });
});

describe('the list of mails', () => {
  it('is empty before the first, and has the newest first', async () => {
    const { mailer, clock } = setUp();
    expect(await mailer.list()).toEqual([]);
    for (const subject of ['one', 'two', 'three']) await mailer.send({ ...MAIL, subject });
    clock.advance(1);
    await mailer.send({ ...MAIL, subject: 'four' });
    const subjects = (await mailer.list()).map(({ subject }) => subject);
    expect(subjects).toEqual(['four', 'three', 'two', 'one']);
  });

  it('keeps the newest 200, and touches no other file', async () => {
    const { mailer, folder, clock } = setUp();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '00000000-notes.eml'), 'mine');
    for (let sent = 0; sent < 203; sent += 1) {
      await mailer.send({ ...MAIL, subject: `mail ${sent}` });
      clock.advance(1);
    }
    const mails = await mailer.list();
    expect(mails).toHaveLength(200);
    expect(mails[0]?.subject).toBe('mail 202');
    expect(mails.at(-1)?.subject).toBe('mail 3');
    expect(readdirSync(folder)).toHaveLength(201);
    expect(readFileSync(join(folder, '00000000-notes.eml'), 'utf8')).toBe('mine');
  });

  it('has every mail of many that are sent at once', async () => {
    const { mailer, folder } = setUp();
    await Promise.all(Array.from({ length: 50 }, () => mailer.send(MAIL)));
    expect(await mailer.list()).toHaveLength(50);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.eml'))).toEqual([]);
  });
});

describe('reading by name', () => {
  it('gives nothing but mails of this folder', async () => {
    const { mailer, folder } = setUp();
    await mailer.send(MAIL);
    const secret = join(folder, '..', 'secret.eml');
    writeFileSync(secret, onlyFile(folder));
    const link = '20260101T000000000Z-000000-0123456789abcdef.eml';
    symlinkSync(secret, join(folder, link));
    const directory = '20260101T000000001Z-000000-0123456789abcdef.eml';
    mkdirSync(join(folder, directory));
    const junk = '20260101T000000002Z-000000-0123456789abcdef.eml';
    writeFileSync(join(folder, junk), 'no mail');
    const huge = '20260101T000000003Z-000000-0123456789abcdef.eml';
    writeFileSync(join(folder, huge), Buffer.concat([onlyFile(folder), Buffer.alloc(2 ** 20)]));
    for (const name of [
      '../secret.eml',
      '..%2fsecret.eml',
      secret,
      '',
      '.',
      `x/../${link}`,
      `${link}\n`,
      `${link}\u0000.txt`,
      link,
      directory,
      junk,
      huge,
      '20260101T000000009Z-000000-0123456789abcdef.eml',
    ])
      expect(await mailer.read(name)).toBeNull();
    expect(await mailer.list()).toHaveLength(1);
  });
});

describe('a folder mailer', () => {
  it.each<Record<string, unknown>>([{ folder: '' }, { folder: 7 }, { from: 'Shop' }, { keep: 5 }])(
    'cannot be made with %j',
    (wrong) => {
      const options = { folder: home, from: 'no-reply@shop.example', ...wrong };
      expect(() => folderMailer(options as never)).toThrow(
        expect.objectContaining({ code: 'configuration' }),
      );
    },
  );
});

/** The one mail there. */
function onlyFile(folder: string): Buffer {
  const [name = ''] = readdirSync(folder)
    .filter((file) => statSync(join(folder, file)).isFile())
    .toSorted()
    .toReversed();
  return readFileSync(join(folder, name));
}
