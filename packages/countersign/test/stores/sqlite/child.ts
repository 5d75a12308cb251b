// Child processes for tests of an SQLite file that several processes share. They run the build.

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** When it has printed something. Rejects when it ends before that. */
  readonly started: Promise<void>;
  /** What it printed, when it has ended. */
  readonly ended: Promise<{ readonly stdout: string; readonly stderr: string }>;
}

/** Starts one of the programs in `./children/`. */
export function startChild(program: string, args: readonly string[]): Child {
  const file = fileURLToPath(new URL(`./children/${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve({ stdout, stderr }));
  });
  const started = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    ended.then(({ stderr }) => reject(new Error(`${program} ended early: ${stderr}`)), reject);
  });
  // Not everybody waits for it.
  started.catch(() => undefined);
  return { process: child, started, ended };
}
