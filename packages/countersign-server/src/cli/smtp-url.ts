// The URL of a mail server. What is said of one never has its password in it, nor any part of a text
// that could not be read.

import { Mistake } from '../mistake.js';
import { isExposed, type Given } from './given.js';
import { isThisMachine } from './origin.js';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** From the first byte on, by STARTTLS or not at all, or not. */
  readonly tls: 'at-once' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  /** What may be said of it, such as `mail.example.org:587`. */
  readonly place: string;
  /** How the operator gave it: `--smtp` or `COUNTERSIGN_SMTP`. */
  readonly name: string;
  /** Whether a password stands where other users of the machine can see it. */
  readonly isExposed: boolean;
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/** @throws Mistake with exit code 2 */
export function parseSmtpUrl(given: Given): SmtpServer {
  const { text, name } = given;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw mistake(name, `is no URL. ${ENCODED}`);
  const standard = PORTS[url.protocol];
  if (standard === undefined)
    throw mistake(name, `begins with ${JSON.stringify(url.protocol)}, which is not known here`);
  if (url.hostname === '') throw mistake(name, 'names no host');
  if (!/^\/?$/.test(url.pathname) || url.hash !== '')
    throw mistake(name, `has a path or a fragment. ${ENCODED}`);
  const host = url.hostname.replaceAll(/[[\]]/g, '').toLowerCase();
  const port = url.port === '' ? standard : Number(url.port);
  return {
    host,
    port,
    tls: tlsOf(url, host, name),
    login: loginOf(url, name),
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

function loginOf(url: URL, name: string): SmtpServer['login'] {
  if (url.username === '' && url.password === '') return undefined;
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
