// An example as its reader runs it: a process of its own, from compiled files, on a free port.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

import { listen } from './wire.js';

export interface Program {
  /** Where it listens, such as `http://localhost:41234`. */
  readonly url: string;
  /** What it has written to its standard error so far. */
  readonly complaints: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program that reads PORT and writes a line once it listens.
 * @param file what to run
 * @throws Error with what the program wrote, when it ends instead
 */
export async function startProgram(
  file: string,
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Program> {
  const port = await freePort();
  const child = spawn(process.execPath, [file], {
    cwd: options.cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...options.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const exited = once(child, 'exit');
  const listening = once(createInterface(child.stdout), 'line');
  await Promise.race([
    listening,
    exited.then(() => {
      throw new Error(`${file} ended:\n${complaints}`);
    }),
  ]);
  return {
    url: `http://localhost:${port}`,
    complaints: () => complaints,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
