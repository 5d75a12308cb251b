// The mails of development, for who sits at this machine. Anybody else is told that there is no such page.

import { MailPage, OutboxPage } from '../views/outbox-page.js';
import type { Doorkeeper, PageContext } from './doorkeeper.js';
import type { Outbox } from './mail-outbox.js';
import { sendPage, visitorFrame } from './reply.js';

export async function showOutbox(door: Doorkeeper, c: PageContext): Promise<Response> {
  const outbox = outboxFor(door, c);
  if (outbox === undefined) return c.notFound();
  const mails = (await outbox.list()).map(({ name, to, subject, date }) => ({
    id: name,
    to,
    subject,
    sentAt: date,
  }));
  const now = door.clock.now();
  return sendPage(c, OutboxPage({ frame: visitorFrame(door), now, mails }));
}

export async function showMail(door: Doorkeeper, c: PageContext): Promise<Response> {
  const name = c.req.param('name');
  const found = name === undefined ? null : await outboxFor(door, c)?.read(name);
  if (found === null || found === undefined) return c.notFound();
  const { to, subject, text, date } = found;
  const mail = { id: found.name, to, subject, text, sentAt: date };
  const page = MailPage({ frame: visitorFrame(door), now: door.clock.now(), mail });
  return sendPage(c, page);
}

function outboxFor({ outbox }: Doorkeeper, c: PageContext): Outbox | undefined {
  return outbox?.admits(c.req.raw, c.env.address) === true ? outbox : undefined;
}
