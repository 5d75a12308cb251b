// Runs another program from the root of the workspace and waits for it. Its output is shown as it
// comes; it has no input, so that nothing here can stop to ask a question.

import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's folder, without a slash at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

const MINUTE_MS = 60_000;

const environment = { ...process.env, HOME: writableHome() };

/**
 * @param {string} command a program on the PATH, or a path
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {Readonly<Record<string, string>>} [options.variables] added to the environment
 * @param {number} [options.limitMs] when it is ended, since what hangs must not hang the machine; fifteen minutes
 * @returns {Promise<number>} its exit code; 127 where it could not be started, 1 where a signal ended it
 */
export function run(command, args, { variables = {}, limitMs = 15 * MINUTE_MS } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...environment, ...variables },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: limitMs,
    });
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) console.error(`${command} was ended by ${signal}.`);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs a development tool of this workspace.
 * @param {string} tool its command, such as `vitest`
 * @param {readonly string[]} args
 */
export function runTool(tool, args) {
  return run(join(ROOT, 'node_modules', '.bin', tool), args);
}

/** npm and Chromium both keep files at home: where there is none to write in, they get an empty one. */
function writableHome() {
  try {
    accessSync(homedir(), constants.W_OK | constants.X_OK);
    return homedir();
  } catch {
    return mkdtempSync(join(tmpdir(), 'countersign-home-'));
  }
}
