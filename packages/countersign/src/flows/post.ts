// Mail of the flows: notices to every verified address of an account (G83; ASVS 6.3.7), and links. All of
// it goes out after the answer, so that the time of an answer says nothing (G60).

import { verifiedAddressesOf, type Account } from '../accounts/account.js';
import type { AccountParts } from '../accounts/account-parts.js';
import type { Caller } from '../accounts/caller.js';
import { readEmailAddress } from '../accounts/email-address.js';
import type { Mail, Mailer } from '../accounts/mailer.js';
import { ONE_TIME_KINDS } from '../accounts/one-time-kinds.js';
import type { Clock } from '../clock.js';
import { CountersignError } from '../errors.js';
import { asError, bounded, type Patience } from '../waiting.js';
import type { Background } from './background.js';
import type { MailEvent } from './mails/event.js';
import type { NoticeKind, TokenLinkKind } from './mails/kinds.js';
import { linkMail, signUpKnownMail } from './mails/link-mails.js';
import { noticeMail, type NoticeDetails } from './mails/notices.js';
import type { MailSite } from './mails/site.js';

export interface LinkMail {
  /** Where it goes: an address as the account has it, or one that has none yet. */
  readonly to: string;
  readonly token: string;
  readonly lifetimeMs: number;
  readonly caller: Caller;
}

export interface Post {
  /** Whether there is a mailer at all. */
  readonly canSend: boolean;
  /** Tells the owner of an account. Never throws; a mail that cannot be sent is an event. */
  notify<Kind extends NoticeKind>(
    account: Account,
    kind: Kind,
    details: NoticeDetails[Kind],
    caller: Caller,
  ): void;
  /** Sends a link, in a task that runs in the background already. */
  sendLink(kind: TokenLinkKind, mail: LinkMail): Promise<void>;
  /** Says to an address that it has an account already. */
  sendKnown(mail: Pick<LinkMail, 'to' | 'caller'>): Promise<void>;
}

export interface PostOptions {
  readonly mailer: Mailer | undefined;
  readonly site: MailSite | undefined;
  readonly accounts: AccountParts;
  /** Where notices are sent. */
  readonly notices: Background;
  /** What a `User-Agent` header is called in mails. Default: the header. */
  readonly deviceWords: (userAgent: string) => string;
}

export function createPost(options: PostOptions): Post {
  const { mailer, site, accounts, notices } = options;
  if (mailer === undefined || site === undefined) return NO_POST;
  const send = async (mail: Mail, userId: string | null, caller: Caller): Promise<void> => {
    try {
      await bounded(() => mailer.send(mail), patienceFor(mail, accounts.clock));
    } catch (cause) {
      accounts.tell({ action: 'send-mail', outcome: 'failed', userId, cause }, caller);
    }
  };
  return {
    canSend: true,
    notify(account, kind, details, caller) {
      const event = eventOf(options, caller);
      const mails = verifiedAddressesOf(account).map((address) =>
        noticeMail(site, kind, { to: mailboxOf(address), event, details }),
      );
      notices.run(async () => {
        for (const mail of mails) await send(mail, account.userId, caller);
      });
    },
    sendLink: (kind, { to, token, lifetimeMs, caller }) =>
      send(
        linkMail(site, kind, {
          to: mailboxOf(to),
          token,
          lifetimeMs,
          event: eventOf(options, caller),
        }),
        null,
        caller,
      ),
    sendKnown: ({ to, caller }) =>
      send(
        signUpKnownMail(site, { to: mailboxOf(to), event: eventOf(options, caller) }),
        null,
        caller,
      ),
  };
}

/** Later, the link that lives the shortest would be over: what takes so long hangs. */
const LONGEST_MAIL_MS = ONE_TIME_KINDS['sign-in-link'].lifetimeMs;

function patienceFor({ kind }: Mail, clock: Clock): Patience {
  const problem = `The mail '${kind}' was not sent within ${LONGEST_MAIL_MS} ms`;
  return {
    timeout: LONGEST_MAIL_MS,
    clock,
    keepsProcess: false,
    late: () => new CountersignError('mail-unavailable', problem),
    failed: asError,
  };
}

function eventOf({ accounts, deviceWords }: PostOptions, caller: Caller): MailEvent {
  const { address, userAgent } = caller;
  const event = { at: accounts.clock.now(), ...(address === undefined ? {} : { address }) };
  if (userAgent === undefined) return event;
  try {
    // Whatever plain JavaScript gives.
    const device: unknown = deviceWords(userAgent);
    return typeof device === 'string' ? { ...event, device } : event;
  } catch (cause) {
    // What was done was done: words for a mail fail nobody.
    accounts.tell({ action: 'background', outcome: 'failed', userId: null, cause }, caller);
    return event;
  }
}

const NO_POST: Post = {
  canSend: false,
  notify: () => undefined,
  sendLink: () => Promise.resolve(),
  sendKnown: () => Promise.resolve(),
};

/** With the domain in A-labels, as mail servers want it. */
function mailboxOf(address: string): string {
  const reading = readEmailAddress(address);
  return reading.ok ? reading.mailbox : address;
}
