// Who may read the mails of development by a browser: they hold links that let people in. Only whoever
// sits at this machine, asks for it by one of its own names, and reaches this server without anything in
// between.

import { isThisMachine } from 'countersign';
import type { FolderMailer } from 'countersign/mail';

export interface Outbox extends Pick<FolderMailer, 'list' | 'read'> {
  /** Whether this request may see it. Anybody else is told that there is no such page. */
  admits(request: Request, address: string | null): boolean;
}

/** A proxy or tunnel on this machine has a loopback address itself, and visitors from everywhere. */
const SIGNS_OF_PROXIES = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

export function createOutbox(mailer: Pick<FolderMailer, 'list' | 'read'>): Outbox {
  return {
    list: () => mailer.list(),
    read: (name) => mailer.read(name),
    admits: (request, address) =>
      address !== null &&
      // A socket for both has addresses of IPv4 as IPv6.
      isThisMachine(address.replace(/^::ffff:/i, '')) &&
      isNamedHere(new URL(request.url).hostname) &&
      !SIGNS_OF_PROXIES.some((name) => request.headers.has(name)),
  };
}

/**
 * A name of someone else's can be made to lead to this machine, and then a page of theirs would read here.
 * One under `localhost` is this machine by RFC 6761, but not everything that looks names up knows that.
 */
function isNamedHere(host: string): boolean {
  return isThisMachine(host) && !/\.localhost\.?$/.test(host);
}
