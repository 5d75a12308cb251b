// Runs one command line and says with which code the process shall end.

import { parseCommand, type Command } from './command.js';
import { HELP } from './help.js';
import { Mistake } from '../mistake.js';
import { readVersion } from './version.js';

/**
 * @param args without node and script
 * @returns the exit code; for `serve` when the server has stopped
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await perform(parseCommand(args, { folder: process.cwd(), env: process.env }));
  } catch (cause) {
    if (!(cause instanceof Mistake)) throw cause;
    process.stderr.write(`${cause.message}\n`);
    return cause.exitCode;
  }
}

async function perform(command: Command): Promise<number> {
  if (command.kind === 'serve') {
    // Loaded here so that `--help` does not wait for a web server and a database.
    const { serve } = await import('../serve.js');
    return serve(command.options);
  }
  process.stdout.write(command.kind === 'help' ? HELP : `${readVersion()}\n`);
  return 0;
}
