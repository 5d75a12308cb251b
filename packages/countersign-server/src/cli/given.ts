// Options that the command line or the environment can give: a value may be a secret, and the command
// line is seen by everyone on the machine.

import { Mistake } from '../mistake.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What was given, and how an error names it. */
export interface Given {
  readonly text: string;
  /** Such as `--database`, or `COUNTERSIGN_DATABASE`. */
  readonly name: string;
}

/** The variable that stands in for an option, such as `COUNTERSIGN_MAX_STALENESS`. */
export function variableOf(flag: string): string {
  return `COUNTERSIGN_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * What was given for an option.
 * @param value from the command line, which wins over the environment
 */
export function readGiven(
  flag: string,
  value: string | undefined,
  env: Environment,
): Given | undefined {
  if (value !== undefined) return { text: value, name: `--${flag}` };
  const name = variableOf(flag);
  const text = env[name];
  // An empty variable is how many tools write "none".
  return text === undefined || text === '' ? undefined : { text, name };
}

/** Whether other users of the machine can see it. */
export function isExposed({ name }: Given): boolean {
  return name.startsWith('--');
}

/** How it is written right, in the way in which it was given. */
export function exampleOf(name: string, value: string): string {
  return name.startsWith('--') ? `${name} ${value}` : `${name}=${value}`;
}

/** For a value that is no secret, as it is repeated. */
export function wrongValue({ text, name }: Given, wanted: string): Mistake {
  return new Mistake(`${name} ${JSON.stringify(text)} cannot be used.\nIt takes ${wanted}.`, {
    exitCode: 2,
  });
}

/** @throws Mistake with exit code 2 for what is no path */
export function readPath({ text, name }: Given, example: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw wrongValue({ text, name }, `a file, such as ${exampleOf(name, example)}`);
}
