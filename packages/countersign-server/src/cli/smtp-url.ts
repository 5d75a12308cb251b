// The URL of a mail server. What is said of one never has its password in it, nor any part of a text
// that could not be read.

import { isThisMachine } from 'countersign';

import { Mistake } from '../mistake.js';
import { readUrl } from '../read-url.js';
import { isExposed, type Given } from './given.js';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** From the first byte on, by STARTTLS or not at all, or not. */
  readonly tls: 'at-once' | 'starttls' | 'none';
  readonly login: SmtpLogin | undefined;
  /** What may be said of it, such as `mail.example.org:587`. */
  readonly place: string;
  /** How the operator gave it: `--smtp` or `COUNTERSIGN_SMTP`. */
  readonly name: string;
  /** Whether a password stands where other users of the machine can see it. */
  readonly isExposed: boolean;
}

/** A password, or the file that it is in. */
export type SmtpLogin =
  | { readonly user: string; readonly pass: string }
  | { readonly user: string; readonly passwordFile: string };

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/**
 * Reads the URL of a mail server.
 * @param passwordFile where the password is that belongs to the user in the URL: a path
 * @throws Mistake with exit code 2
 */
export function parseSmtpUrl(given: Given, passwordFile?: string): SmtpServer {
  const { text, name } = given;
  const url = readUrl(text);
  if (url === undefined) throw mistake(name, `is no URL. ${ENCODED}`);
  const standard = PORTS[url.protocol];
  if (standard === undefined)
    // Where that was forgotten, it begins with the user, which at some services is the password as well.
    throw mistake(name, 'begins with neither smtp:// nor smtps://');
  if (url.hostname === '') throw mistake(name, 'names no host');
  if (!/^\/?$/.test(url.pathname) || url.hash !== '')
    throw mistake(name, `has a path or a fragment. ${ENCODED}`);
  const host = url.hostname.replaceAll(/[[\]]/g, '').toLowerCase();
  const port = url.port === '' ? standard : Number(url.port);
  const tls = tlsOf(url, host, name);
  const login = loginOf(url, name, passwordFile);
  if (login !== undefined && tls === 'none' && !isThisMachine(host))
    throw mistake(
      name,
      'would send a password without TLS to another machine, where whoever is on the way can read it. Take out tls=none, or user and password',
    );
  return {
    host,
    port,
    tls,
    login,
    place: `${url.hostname.toLowerCase()}:${port}`,
    name,
    isExposed: url.password !== '' && isExposed(given),
  };
}

/** A password and the links of mails are not to be read on the way, unless the operator says so. */
function tlsOf({ protocol, search }: URL, host: string, name: string): SmtpServer['tls'] {
  if (protocol === 'smtps:') {
    if (search === '') return 'at-once';
    throw mistake(name, 'has a parameter, and smtps:// takes none');
  }
  if (search === '') return isThisMachine(host) ? 'none' : 'starttls';
  if (search === '?tls=starttls') return 'starttls';
  if (search === '?tls=none') return 'none';
  throw mistake(name, 'has a parameter other than tls=starttls or tls=none');
}

function loginOf(url: URL, name: string, passwordFile: string | undefined): SmtpServer['login'] {
  const { user, pass } = decodedLogin(url, name);
  if (user === '' && (pass !== '' || passwordFile !== undefined))
    throw mistake(name, 'names no user, and there is a password');
  if (user === '') return undefined;
  if (pass !== '' && passwordFile !== undefined)
    throw mistake(name, 'has a password, and there is a file with one. Keep one of them');
  if (passwordFile !== undefined) return { user, passwordFile };
  if (pass !== '') return { user, pass };
  throw mistake(
    name,
    'names a user and no password. Put it behind the user, as in smtps://user:password@host, or into a file that --smtp-password-file names',
  );
}

function decodedLogin(url: URL, name: string): { readonly user: string; readonly pass: string } {
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    throw mistake(name, `has a user or password that is not percent-encoded. ${ENCODED}`);
  }
}

const ENCODED =
  'Characters such as / ? # @ % in a user name or password have to be percent-encoded';

function mistake(name: string, problem: string): Mistake {
  return new Mistake(
    `${name} ${problem}.\nIt takes a URL that begins with smtp:// (STARTTLS) or smtps:// (TLS), such as smtps://user:password@mail.example.org. Without it, mails are written to the data folder.`,
    { exitCode: 2 },
  );
}
