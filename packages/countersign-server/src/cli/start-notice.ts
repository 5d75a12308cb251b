// What `countersign serve` says once it listens.

import { styleText } from 'node:util';

export interface StartFacts {
  readonly version: string;
  /** Where to open it. */
  readonly url: string;
  /** Where it listens, such as `127.0.0.1:4180`, if the URL does not tell. */
  readonly listensAt?: string | undefined;
  readonly dataFolder: { readonly path: string; readonly created: boolean };
  readonly keysFile: { readonly path: string; readonly created: boolean };
  /** Where accounts and sessions are, if not in the data folder. */
  readonly stores?: string | undefined;
  /** How mails leave. */
  readonly mail: string;
  /** Whom people may also sign in at, and where these send them back to. */
  readonly providers: { readonly labels: readonly string[]; readonly callback: string };
  /** Of the self-signed certificate, if there is one. */
  readonly certificate?: { readonly fingerprint: string; readonly created: boolean } | undefined;
  /** What the operator should know. */
  readonly notes: readonly string[];
}

export interface NoticeStyle {
  /** Colours and weight, for terminals. */
  readonly style: 'plain' | 'coloured';
}

/** What a line is called, what it says, and what is remarked on it. */
type Row = readonly [name: string, value: string, remark?: string];

/** The text, with its line end. */
export function startNotice(facts: StartFacts, { style }: NoticeStyle): string {
  const paint = (format: 'bold' | 'dim', text: string): string =>
    style === 'plain' ? text : styleText(format, text, { validateStream: false });
  const strong = (text: string): string => paint('bold', text);
  const faint = (text: string): string => paint('dim', text);
  const row = ([name, value, remark = '']: Row): string =>
    `  ${faint(name.padEnd(6))}${value}${remark === '' ? '' : `  ${faint(remark)}`}`;
  const lines = [
    `${strong('Countersign')} ${facts.version}`,
    '',
    row(['Open', strong(facts.url)]),
    ...rowsOf(facts).map((each) => row(each)),
    '',
    ...facts.notes.flatMap((note) => [`  ! ${note}`, '']),
    faint('  Ctrl+C stops it.'),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function rowsOf(facts: StartFacts): readonly Row[] {
  const { listensAt, dataFolder, keysFile, stores, mail, providers, certificate } = facts;
  const keysMade = keysFile.created ? 'made now, mode 0600: keep a copy, and keep it secret' : '';
  const named = providers.labels.join(', ');
  const rows: readonly (Row | false)[] = [
    listensAt !== undefined && ['At', listensAt],
    ['Data', dataFolder.path, dataFolder.created ? 'made now, mode 0700' : ''],
    ['Keys', keysFile.path, keysMade],
    stores !== undefined && ['Store', stores],
    ['Mail', mail],
    named !== '' && ['OIDC', `${named}; redirect URI ${providers.callback}`],
  ];
  return [...rows.filter((row) => row !== false), ...certificateRows(certificate)];
}

function certificateRows(certificate: StartFacts['certificate']): readonly Row[] {
  if (certificate === undefined) return [];
  const { fingerprint, created } = certificate;
  return [
    ['TLS', 'self-signed: the browser will warn', created ? 'made now' : ''],
    ['', `SHA-256 fingerprint ${fingerprint}`],
  ];
}

/** Whether a stream is a terminal that wants colours (https://no-color.org). */
export function chooseStyle(stream: { readonly isTTY?: boolean }): NoticeStyle {
  const refused = (process.env['NO_COLOR'] ?? '') !== '';
  return { style: stream.isTTY === true && !refused ? 'coloured' : 'plain' };
}
