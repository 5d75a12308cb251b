// Reads the command line. Does nothing yet: what to do comes back as a value.

import { Mistake } from '../mistake.js';
import {
  parseServeOptions,
  SERVE_FLAGS,
  type ServeOptions,
  type Surroundings,
} from './serve-options.js';

export type Command =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

const MOST_EDITS = 2;
const SEE_HELP = 'See countersign --help.';

/**
 * What a command line asks for.
 * @param args without node and script, such as `['serve', '--port', '8080']`
 * @throws Mistake with exit code 2
 */
export function parseCommand(args: readonly string[], surroundings: Surroundings): Command {
  // These win over everything else, so that `countersign serve --port --help` helps.
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { kind: 'help' };
  if (args.some((arg) => arg === '--version' || arg === '-v')) return { kind: 'version' };
  const [name, ...rest] = args;
  if (name === undefined) throw usage('What shall be done is missing, such as: countersign serve');
  if (name === 'help') return { kind: 'help' };
  if (name !== 'serve') throw usage(`There is no command ${JSON.stringify(name)}.`);
  try {
    return { kind: 'serve', options: parseServeOptions(rest, surroundings) };
  } catch (cause) {
    throw cause instanceof Mistake ? cause : usage(explain(cause));
  }
}

function usage(message: string): Mistake {
  return new Mistake(`${message}\n${SEE_HELP}`, { exitCode: 2 });
}

/** What `parseArgs` complains of, in our own words where it is common. */
function explain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const near = nearest(unknown.replace(/^-+/, ''));
  return `There is no option ${unknown}.${near === undefined ? '' : ` Did you mean --${near}?`}`;
}

/** The option that was probably meant: it begins like this, or is two letters away at most. */
function nearest(name: string): string | undefined {
  if (name.length < 2) return undefined;
  const flags = Object.keys(SERVE_FLAGS);
  return (
    flags.find((flag) => flag.startsWith(name)) ??
    flags.find((flag) => countEdits(name, flag) <= MOST_EDITS)
  );
}

/** How many letters to add, drop or change (Levenshtein's distance), row by row. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
