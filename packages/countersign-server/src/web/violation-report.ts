// What a browser reports of a page's security policy: something that it kept from happening. Anybody can
// send such a report, about anything; nothing of it is believed, and little of it is kept. Reporting API
// (`application/reports+json`), and CSP Level 2 (`application/csp-report`).

import { readUrl } from '../read-url.js';
import { readBody } from './body.js';

/** All that is kept, in characters that can be shown anywhere. */
export interface ViolationReport {
  /** The directive of the policy, such as `script-src-elem`. */
  readonly directive: string;
  /** What was kept out: an address without its query, or a word such as `inline`. */
  readonly blocked: string;
  /** The page, without query and fragment: links of mails have their secret there. */
  readonly page: string;
  /** The file that it came from, where one is named. */
  readonly source: string | null;
  readonly line: number | null;
}

/** What is kept of a whole request, and how many more there were in it. */
export interface ReportReading {
  readonly reports: readonly ViolationReport[];
  readonly leftOut: number;
}

/** A report is one or two kilobytes; browsers that collect them send several at once. */
const MOST_BYTES = 32_768;
const MOST_REPORTS = 10;
const LONGEST_URL = 200;
const MOST_LINES = 1_000_000;

const TYPES = {
  'application/csp-report': readOld,
  'application/reports+json': readCollected,
} as const;

/** `undefined` for what is no report, too long, or broken off. Never throws for what a client sent. */
export async function readReports(request: Request): Promise<ReportReading | undefined> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  const known = type.trim().toLowerCase();
  if (!isKnown(known)) return undefined;
  try {
    const bytes = await readBody(request, MOST_BYTES);
    if (bytes === undefined) return undefined;
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return TYPES[known](content);
  } catch {
    return undefined;
  }
}

function isKnown(type: string): type is keyof typeof TYPES {
  return Object.hasOwn(TYPES, type);
}

function readOld(content: unknown): ReportReading | undefined {
  const fields = fieldOf(content, 'csp-report');
  const named = textOf(fields, 'effective-directive') ?? textOf(fields, 'violated-directive');
  const report = reportOf({
    // The old word for it has the sources behind the name.
    directive: named?.split(' ', 1)[0],
    blocked: textOf(fields, 'blocked-uri'),
    page: textOf(fields, 'document-uri'),
    source: textOf(fields, 'source-file'),
    line: fieldOf(fields, 'line-number'),
  });
  return report === undefined ? undefined : { reports: [report], leftOut: 0 };
}

/** Reports of other kinds are none of ours, and no mistake: a browser collects whatever it has. */
function readCollected(content: unknown): ReportReading | undefined {
  if (!Array.isArray(content)) return undefined;
  const entries: readonly unknown[] = content;
  const reports: ViolationReport[] = [];
  for (const entry of entries.slice(0, MOST_REPORTS)) {
    const type = textOf(entry, 'type');
    if (type === undefined) return undefined;
    if (type !== 'csp-violation') continue;
    const body = fieldOf(entry, 'body');
    const report = reportOf({
      directive: textOf(body, 'effectiveDirective'),
      blocked: textOf(body, 'blockedURL'),
      page: textOf(body, 'documentURL') ?? textOf(entry, 'url'),
      source: textOf(body, 'sourceFile'),
      line: fieldOf(body, 'lineNumber'),
    });
    if (report === undefined) return undefined;
    reports.push(report);
  }
  return { reports, leftOut: Math.max(0, entries.length - MOST_REPORTS) };
}

interface Given {
  readonly directive: string | undefined;
  readonly blocked: string | undefined;
  readonly page: string | undefined;
  readonly source: string | undefined;
  readonly line: unknown;
}

function reportOf({ directive, blocked, page, source, line }: Given): ViolationReport | undefined {
  if (directive === undefined || !/^[a-z-]{1,40}$/.test(directive)) return undefined;
  if (page === undefined) return undefined;
  return {
    directive,
    blocked: placeOf(blocked ?? ''),
    page: placeOf(page),
    source: source === undefined || source === '' ? null : placeOf(source),
    line: isLine(line) ? line : null,
  };
}

/** An address as far as it names a place, in ASCII; a word, such as `inline` or `eval`, as it is. */
function placeOf(text: string): string {
  if (/^[a-z-]{1,40}$/.test(text)) return text;
  const url = readUrl(text);
  if (url === undefined) return 'unreadable';
  const { protocol, host, pathname } = url;
  // What comes after other schemes is the content itself, or an extension that somebody has.
  if (protocol !== 'https:' && protocol !== 'http:') return protocol.slice(0, LONGEST_URL);
  return `${protocol}//${host}${pathname}`.slice(0, LONGEST_URL);
}

function isLine(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < MOST_LINES;
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const field: unknown = Reflect.get(value, name);
  return field;
}
