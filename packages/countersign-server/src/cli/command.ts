// Reads the command line. Does nothing yet: what to do comes back as a value.

import { Mistake } from '../mistake.js';
import { parseServeOptions, SERVE_FLAGS, type ServeOptions } from './serve-options.js';

export type Command =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

const SEE_HELP = 'See countersign --help.';

/**
 * What a command line asks for.
 * @param args without node and script, such as `['serve', '--port', '8080']`
 * @param folder the working folder
 * @throws Mistake with exit code 2
 */
export function parseCommand(args: readonly string[], folder: string): Command {
  // These win over everything else, so that `countersign serve --port --help` helps.
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { kind: 'help' };
  if (args.some((arg) => arg === '--version' || arg === '-v')) return { kind: 'version' };
  const [name, ...rest] = args;
  if (name === undefined) throw usage('What shall be done is missing, such as: countersign serve');
  if (name === 'help') return { kind: 'help' };
  if (name !== 'serve') throw usage(`There is no command ${JSON.stringify(name)}.`);
  try {
    return { kind: 'serve', options: parseServeOptions(rest, folder) };
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

/** The option that was probably meant: the one that begins like it. */
function nearest(name: string): string | undefined {
  const start = name.slice(0, 2).toLowerCase();
  return start.length < 2
    ? undefined
    : Object.keys(SERVE_FLAGS).find((flag) => flag.startsWith(start));
}
