// Why a mail server did not do what was asked of it, in words of this file: a server's own may repeat whom
// a mail was for, or with what it was asked, and the log has neither.

import { CountersignError } from 'countersign';

import { findTrouble, NETWORK_TROUBLES, type TroubleKind } from './trouble.js';

/** What is said of a server. */
interface Named {
  /** Such as `mail.example.org:587`. */
  readonly place: string;
  /** How the operator gave it, such as `--smtp`. */
  readonly name: string;
}

/** By the codes of nodemailer and Node. What Node said, nodemailer often keeps in its message alone. */
const TROUBLES: readonly TroubleKind[] = [
  {
    codes: ['EAUTH', 'ENOAUTH'],
    reason: 'it refuses this user or password',
    remedy: 'Put user and password in {name} right, percent-encoded, or the password in its file.',
    isPassing: false,
  },
  {
    codes: ['EENVELOPE'],
    reason: 'it refuses sender or recipient',
    remedy: 'Look whether it may send for the domain of --mail-from, and asks for a login.',
    isPassing: false,
  },
  {
    codes: ['EMESSAGE'],
    reason: 'it refuses the message',
    remedy: 'Look into its log.',
    isPassing: false,
  },
  {
    message: /certificate|altnames/i,
    reason: 'its TLS certificate is not trusted here, not for this host, or has expired',
    remedy:
      'Name the certificate authority in the environment variable NODE_EXTRA_CA_CERTS, and give the host name that the certificate is for.',
    isPassing: false,
  },
  {
    codes: ['ETLS'],
    message: /\bSSL\b|STARTTLS/,
    reason: 'TLS with it failed, or it offers none',
    remedy:
      'Write smtps:// in {name} where TLS begins at once (port 465), and smtp:// where it begins by STARTTLS (587). Where STARTTLS was offered before, somebody on the way may have taken it out.',
    isPassing: false,
  },
  {
    message: /ECONNREFUSED/,
    reason: 'nothing listens there',
    remedy: 'Start the server, or put host and port in {name} right.',
    isPassing: true,
  },
  {
    codes: ['EDNS'],
    message: /ENOTFOUND|EAI_AGAIN/,
    reason: 'the host name is not known',
    remedy: 'Put the host in {name} right.',
    isPassing: true,
  },
  {
    codes: ['ETIMEDOUT'],
    message: /timeout|timed out|not sent within|no answer/i,
    reason: 'it does not answer',
    remedy:
      'Look whether the server is well and a firewall lets this machine through. With smtps:// in {name} it has to speak TLS at once, with smtp:// not.',
    isPassing: true,
  },
  {
    codes: ['ECONNECTION', 'ECONNRESET', 'ESOCKET'],
    reason: 'the connection failed, or it hangs up',
    remedy: 'Look into its log.',
    isPassing: true,
  },
  {
    codes: ['EPROTOCOL'],
    reason: 'it does not speak SMTP as it should, or takes nobody now',
    remedy: 'Look into its log.',
    isPassing: true,
  },
  ...NETWORK_TROUBLES,
];

/**
 * What an error of nodemailer says to an operator.
 * @param problem such as `did not take a mail`
 */
export function smtpError(
  error: unknown,
  { place, name }: Named,
  problem: string,
): CountersignError {
  const trouble = findTrouble(error, TROUBLES, name);
  const reason = trouble?.reason ?? 'for a reason that is not known here';
  const status = statusIn(error);
  const tail = status === undefined ? '' : ` (${status})`;
  const remedy = trouble?.remedy ?? 'Look into its log.';
  return new CountersignError(
    'mail-unavailable',
    `The mail server ${place} ${problem}: ${reason}${tail}. ${remedy}`,
  );
}

/** The reply code, such as 535. */
function statusIn(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('responseCode' in error && typeof error.responseCode === 'number') return error.responseCode;
  return statusIn(error.cause);
}
