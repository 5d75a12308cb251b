// Who a mail is from, as an option says it: `no-reply@example.org` or `Example Shop <no-reply@example.org>`.

import { readEmailAddress } from '../accounts/email-address.js';
import { misconfigured } from '../errors.js';

export interface Sender {
  /** `''` for none. */
  readonly name: string;
  readonly address: string;
}

const LONGEST_NAME = 100;

/**
 * Reads the option `from` or `replyTo`.
 * @throws CountersignError `configuration` for what is no address, or a name that is not one line of text
 */
export function readSender(option: string, text: string): Sender {
  const match = typeof text === 'string' ? /^(?:([^<>]*)<([^<>]*)>|([^<>]*))$/.exec(text) : null;
  const name = (match?.[1] ?? '').trim().replace(/^"([^"]*)"$/, '$1');
  const reading = readEmailAddress(match?.[2] ?? match?.[3] ?? '');
  if (!reading.ok || name.length > LONGEST_NAME || /[\p{C}\p{Zl}\p{Zp}"\\]/u.test(name)) {
    throw misconfigured(
      option,
      'is not a sender',
      "Write 'no-reply@example.org' or 'Example Shop <no-reply@example.org>'",
    );
  }
  return { name, address: reading.mailbox };
}
