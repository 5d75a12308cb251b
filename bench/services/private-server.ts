// A database server of the benchmark's own: a free port of 127.0.0.1, a temporary folder that goes with
// it, nobody else on it. Knows how much CPU time the server has used, where Linux tells that.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 20_000;

export interface PrivateServer {
  readonly url: string;
  /** CPU time since its start, in microseconds. What a process used after the last question is not in it. */
  cpuMicroseconds(): number;
  stop(): Promise<void>;
}

/** A user of this machine whom the server runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** With which it ends at once. */
  readonly signal: 'SIGKILL' | 'SIGQUIT';
  readonly url: string;
  readonly isReady: () => Promise<boolean>;
}

/** Thrown where a server program is not on this machine. Its message says what to install. */
export class MissingProgram extends Error {}

export function makeFolder(owner?: Owner): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}

/** Resolves when it answers. It ends with this process, however that ends in an ordinary way. */
export async function startProgram(
  program: Program,
  folder: string,
  owner?: Owner,
): Promise<PrivateServer> {
  const child = spawn(program.file, program.args, { cwd: folder, stdio: 'ignore', ...owner });
  const exited = once(child, 'exit');
  const endWithProcess = (): void => {
    child.kill(program.signal);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', endWithProcess);
  const stop = async (): Promise<void> => {
    process.off('exit', endWithProcess);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(program.signal);
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, program);
  } catch (error) {
    await stop();
    throw error;
  }
  const pid = child.pid ?? 0;
  const used = new Map<string, number>();
  return { url: program.url, cpuMicroseconds: () => cpuOf(pid, used), stop };
}

async function untilReady(child: ChildProcess, { file, isReady }: Program): Promise<void> {
  const end = performance.now() + READY_WITHIN_MS;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${file} ended`);
    if (performance.now() > end) throw new Error(`${file} does not answer`);
    await sleep(20);
  }
}

/**
 * Of the process and its children: the first number of `schedstat`, in nanoseconds, of each thread.
 * @param used what each thread had used when it was last asked: some have ended since
 */
function cpuOf(pid: number, used: Map<string, number>): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const process of [String(pid), ...children]) {
    if (process === '') continue;
    for (const task of readdirSync(`/proc/${process}/task`)) {
      const [nanoseconds] = readFileSync(`/proc/${process}/task/${task}/schedstat`, 'utf8').split(
        ' ',
      );
      used.set(task, Number(nanoseconds));
    }
  }
  return [...used.values()].reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1_000;
}
