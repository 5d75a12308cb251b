// Mail of the running program: through a real SMTP server, and into the folder of development.

import { statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import {
  startSmtpServer,
  type SmtpServer,
} from '../../../countersign/test/services/smtp-server.js';
import { makeFolder } from '../setup/folder.js';
import { runCountersign, startDoorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor, linkIn, PASSWORD } from './http-visitor.js';
import { isIn } from './several.js';

async function startSmtp(): Promise<SmtpServer> {
  const server = await startSmtpServer();
  onTestFinished(() => server.stop());
  return server;
}

describe('mail', () => {
  it('goes out by the server that is named, with links to the origin, from its sender', async () => {
    const smtp = await startSmtp();
    const args = ['--mail-from', 'no-reply@shop.example', '--name', 'Example Shop'];
    const env = { COUNTERSIGN_SMTP: smtp.url };
    const doorkeeper = await startDoorkeeper(makeFolder(), args, env);
    expect(doorkeeper.output.stdout).toContain(
      `Mail  sent by 127.0.0.1:${smtp.port}, from Example Shop <no-reply@shop.example>\n`,
    );
    const visitor = new HttpVisitor(doorkeeper.url);
    await visitor.post('/sign-up', { address: ADA });
    const [mail] = await smtp.arrived(1);
    expect(mail).toMatchObject({ sender: 'no-reply@shop.example', recipients: [ADA] });
    expect(mail?.subject).toContain('Example Shop');
    expect(mail?.text).toContain(`${doorkeeper.url}/sign-up/finish?token=`);
    await visitor.follow(linkIn(mail?.text ?? ''));
    const done = await visitor.post('/sign-up/finish', { password: PASSWORD, repeated: PASSWORD });
    expect(done.status).toBe(303);
    expect((await visitor.get('/outbox')).status).toBe(404);
  });

  it('that is refused is told in the log, without its recipient or the password of the server', async () => {
    const smtp = await startSmtp();
    smtp.refuse(550);
    const env = { COUNTERSIGN_SMTP: smtp.url, COUNTERSIGN_MAIL_FROM: 'no-reply@shop.example' };
    const doorkeeper = await startDoorkeeper(makeFolder(), [], env);
    const visitor = new HttpVisitor(doorkeeper.url);
    expect((await visitor.post('/sign-up', { address: ADA })).status).toBe(303);
    await isIn(() => doorkeeper.output.stderr, '"send-mail"');
    const { stderr } = await doorkeeper.stop();
    expect(stderr).toContain('it refuses sender or recipient (550)');
    expect(stderr).not.toContain('ada');
  });

  it('that is being sent is sent before the program ends', async () => {
    const smtp = await startSmtp();
    const env = { COUNTERSIGN_SMTP: smtp.url, COUNTERSIGN_MAIL_FROM: 'no-reply@shop.example' };
    const doorkeeper = await startDoorkeeper(makeFolder(), [], env);
    await new HttpVisitor(doorkeeper.url).post('/sign-up', { address: ADA });
    expect((await doorkeeper.stop()).code).toBe(0);
    expect(smtp.mails()).toHaveLength(1);
  });

  it('is written for the user alone where no server is named, and shown on this machine', async () => {
    const data = makeFolder();
    const doorkeeper = await startDoorkeeper(data);
    expect(doorkeeper.output.stdout).toContain(
      `Mail  not sent, but written to ${join(data, 'mail')}: read it at ${doorkeeper.url}/outbox\n`,
    );
    await new HttpVisitor(doorkeeper.url).post('/sign-up', { address: ADA });
    expect(await doorkeeper.mailTo(ADA)).toContain(`${doorkeeper.url}/sign-up/finish?token=`);
    expect(statSync(join(data, 'mail')).mode & 0o777).toBe(0o700);
    expect((await new HttpVisitor(doorkeeper.url).get('/outbox')).text).toContain(ADA);
  });

  it('is shown to nobody behind a proxy, and the start says that it is not sent', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder(), ['--trust-proxy', 'loopback']);
    expect(doorkeeper.output.stdout).toContain('! Mail is not sent: ');
    expect((await new HttpVisitor(doorkeeper.url).get('/outbox')).status).toBe(404);
  });

  it('from nobody, or by a server that is none, starts nothing', async () => {
    const wrong = await runCountersign(['serve'], { COUNTERSIGN_SMTP: 'smtp://ada:hunter2@/' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/^COUNTERSIGN_SMTP /);
    expect(wrong.stderr).not.toContain('hunter2');
  });
});
