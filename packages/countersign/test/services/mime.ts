// Reads a mail as its recipient's program would: RFC 5322 headers, RFC 2045-2047. It takes what any sender
// may write, so that it can judge the library's own writing and nodemailer's alike.

export interface MimeMail {
  /** By lower-case name, decoded and on one line; of several with one name the first. */
  readonly headers: ReadonlyMap<string, string>;
  readonly headerNames: readonly string[];
  readonly text: string;
  readonly html: string | null;
}

interface Entity {
  readonly headers: ReadonlyMap<string, string>;
  readonly headerNames: readonly string[];
  readonly body: Buffer;
}

/** @throws Error for lines that do not end in CRLF, and for what has no header */
export function parseMime(raw: Buffer): MimeMail {
  if (/(^|[^\r])\n|\r(?!\n)/.test(raw.toString('latin1'))) throw new Error('a bare CR or LF');
  const whole = parseEntity(raw);
  const leaves = leavesOf(whole);
  const bodyOf = (type: string): string | null => {
    const leaf = leaves.find(({ headers }) => typeOf(headers).startsWith(type));
    return leaf === undefined ? null : decodeBody(leaf);
  };
  return {
    headers: whole.headers,
    headerNames: whole.headerNames,
    text: bodyOf('text/plain') ?? '',
    html: bodyOf('text/html'),
  };
}

function parseEntity(raw: Buffer): Entity {
  const end = raw.indexOf('\r\n\r\n');
  if (end === -1) throw new Error('no end of the header');
  const lines = raw
    .subarray(0, end)
    .toString('utf8')
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n');
  const headers = new Map<string, string>();
  const headerNames: string[] = [];
  for (const line of lines) {
    const match = /^([\x21-\x39\x3b-\x7e]+):(.*)$/.exec(line);
    if (match === null) throw new Error(`no header: ${line}`);
    const name = (match[1] ?? '').toLowerCase();
    headerNames.push(name);
    if (!headers.has(name)) headers.set(name, decodeWords((match[2] ?? '').trim()));
  }
  return { headers, headerNames, body: raw.subarray(end + 4) };
}

function leavesOf(entity: Entity): readonly Entity[] {
  const type = entity.headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) return [entity];
  const [, ...rest] = `\r\n${entity.body.toString('latin1')}`.split(`\r\n--${boundary}`);
  if (rest.at(-1)?.startsWith('--') !== true) throw new Error('no last boundary');
  return rest
    .slice(0, -1)
    .flatMap((part) =>
      leavesOf(parseEntity(Buffer.from(part.replace(/^[ \t]*\r\n/, ''), 'latin1'))),
    );
}

function typeOf(headers: ReadonlyMap<string, string>): string {
  return (headers.get('content-type') ?? 'text/plain').toLowerCase();
}

function decodeBody({ headers, body }: Entity): string {
  const encoding = (headers.get('content-transfer-encoding') ?? '7bit').toLowerCase();
  const raw = body.toString('latin1');
  const bytes =
    encoding === 'base64'
      ? Buffer.from(raw, 'base64')
      : encoding === 'quoted-printable'
        ? fromQuotedPrintable(raw)
        : body;
  if (encoding === '7bit' && /[\x80-\xff]/.test(raw)) throw new Error('8 bits in 7');
  return bytes.toString('utf8').replaceAll('\r\n', '\n');
}

function fromQuotedPrintable(text: string): Buffer {
  const joined = text.replaceAll(/[ \t]*=\r\n/g, (match) => match.replace(/=\r\n$/, ''));
  return Buffer.from(
    joined.replaceAll(/=([\dA-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  );
}

function decodeWords(text: string): string {
  const word = /=\?utf-8\?([bq])\?([^?]*)\?=/gi;
  return text
    .replaceAll(/(\?=)\s+(?==\?)/g, '$1')
    .replaceAll(word, (_, encoding: string, content: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(content, 'base64').toString('utf8')
        : fromQuotedPrintable(content.replaceAll('_', ' ')).toString('utf8'),
    );
}
