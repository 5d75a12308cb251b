// Reads from Markdown what the documentation's tests speak of: links, headings, tables, and the paths
// and scripts of this workspace that it mentions. Enough of Markdown for our own pages, not all of it.

export interface Page {
  /** Relative to the workspace's root, with slashes. */
  readonly path: string;
  readonly text: string;
}

const FENCE = /^ {0,3}(```+|~~~+).*\n[\s\S]*?^ {0,3}\1[^\n]*$/gm;
const CODE_SPAN = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/g;

/** The targets of links and images, of reference definitions, and of `src` and `href` in HTML. */
export function linksIn(text: string): readonly string[] {
  const prose = text.replace(FENCE, '').replace(CODE_SPAN, '');
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\b(?:src|href|srcset)="([^"\s]+)/g,
  ];
  return patterns.flatMap((pattern) =>
    [...prose.matchAll(pattern)].flatMap(([, target]) => target ?? []),
  );
}

/** The anchors that a page's headings make, as the usual hosts spell them. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replace(FENCE, '').matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const stem = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\-_ ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = stem;
    for (let copy = 1; anchors.has(anchor); copy += 1) anchor = `${stem}-${copy}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is written as code, in spans and in fenced blocks. */
function codeIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(FENCE)].map(([block]) => block);
  const spans = [...text.replace(FENCE, '').matchAll(CODE_SPAN)].map(([, , code = '']) => code);
  return [...blocks, ...spans];
}

/**
 * Paths of this workspace that are written as code: words that start with one of its top folders.
 * A word with a placeholder in it (`<name>`, `*`, `…`) is a pattern, not a path.
 */
export function pathsIn(text: string, folders: readonly string[]): readonly string[] {
  return codeIn(text).flatMap((code) =>
    code
      .split(/[\s'"`()[\],;]+/)
      .map((word) => word.replace(/^\.\//, '').replace(/[.:]$/, ''))
      .filter((word) => folders.some((folder) => word.startsWith(`${folder}/`)))
      .filter((word) => !/[<>*{}…$=|]/.test(word)),
  );
}

/** Names of npm scripts that are written as code: `npm run NAME`. */
export function scriptsIn(text: string): readonly string[] {
  return codeIn(text).flatMap((code) =>
    [...code.matchAll(/\bnpm run (?:--silent )?([\w:-]+)(?![\w:-]| -w| --workspace)/g)].flatMap(
      ([, script]) => script ?? [],
    ),
  );
}

/** The rows of every table whose header has these columns. */
export function rowsIn(
  text: string,
  columns: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  // Each part begins with a heading, and has one table at most.
  return text.split(/^(?=#)/m).flatMap((part) => tableIn(part, columns));
}

/** The rows of the first table whose header has these columns: the text of each cell, by column. */
export function tableIn(
  text: string,
  columns: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => {
    const cells = cellsOf(line);
    return columns.every((column) => cells.includes(column));
  });
  if (start === -1) return [];
  const header = cellsOf(lines[start] ?? '');
  const after = lines.slice(start + 2);
  const end = after.findIndex((line) => !line.startsWith('|'));
  return after
    .slice(0, end === -1 ? undefined : end)
    .map((line) =>
      Object.fromEntries(cellsOf(line).map((cell, index) => [header[index] ?? '', cell])),
    );
}

function cellsOf(line: string): readonly string[] {
  return line.startsWith('|')
    ? line
        .slice(1)
        .replace(/\|\s*$/, '')
        .split('|')
        .map((cell) => cell.trim())
    : [];
}

/** A fenced block of code, and on which line of the page its code begins, from 1. */
export interface Block {
  readonly line: number;
  readonly code: string;
}

/** The fenced blocks in one of these languages. */
export function blocksIn(text: string, languages: readonly string[]): readonly Block[] {
  return [...text.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    const [, language = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length + 1;
    return languages.includes(language) ? [{ line, code }] : [];
  });
}
