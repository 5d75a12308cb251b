// A server program in a temporary folder: started, paused, killed, started again. Knows no protocol.
// When the test process dies in whatever way, a guard kills the server and removes the folder.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_WITHIN_MS = 40_000;
const POLL_MS = 10;

const GUARD = fileURLToPath(new URL('server-guard.sh', import.meta.url));

/** A user of this machine. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A program and what shows that it serves. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  /** Asked again and again until it says yes. It may throw: that is a no. */
  readonly isReady: (pid: number) => Promise<boolean>;
}

export class ServerProcess {
  /** The server's own; nobody else reads it. */
  readonly folder: string;
  readonly #owner: Owner | undefined;
  readonly #guard: ChildProcess;
  #server: ChildProcess | undefined;

  /** `owner` is whom the server runs as, and needs root; without it, whoever runs the tests. */
  constructor(name: string, owner?: Owner) {
    this.#owner = owner;
    this.folder = mkdtempSync(join(tmpdir(), `countersign-${name}-`));
    if (owner !== undefined) chownSync(this.folder, owner.uid, owner.gid);
    // In a session of its own: Ctrl-C must not reach it.
    this.#guard = spawn('/bin/sh', [GUARD, this.folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#guard.unref();
  }

  /** Resolves when the server serves. @throws Error with the end of its output when it does not */
  async start(launch: Launch): Promise<void> {
    const server = this.#spawn(launch.file, launch.args);
    server.unref();
    const { pid } = server;
    if (pid === undefined) {
      const failure: unknown[] = await once(server, 'error');
      throw new Error(`${launch.file} cannot be started`, { cause: failure[0] });
    }
    this.#server = server;
    this.#tellGuard(String(pid));
    server.once('exit', () => {
      if (this.#server !== server) return;
      this.#server = undefined;
      this.#tellGuard('');
    });
    const end = performance.now() + READY_WITHIN_MS;
    while (!(await answersYes(launch.isReady, pid))) {
      if (this.#server !== server) throw this.#failure(`${launch.file} ended`);
      if (performance.now() > end) throw this.#failure(`${launch.file} is not ready`);
      await sleep(POLL_MS);
    }
  }

  /** Runs a program in the folder to its end. @throws Error with the end of its output on failure */
  async run(file: string, args: readonly string[]): Promise<void> {
    const child = this.#spawn(file, args);
    await once(child, 'exit');
    if (child.exitCode !== 0) throw this.#failure(`${file} ended with ${child.exitCode}`);
  }

  /** Stops the server and its children in their tracks; their sockets stay open. */
  pause(): void {
    const { pid } = this.#running();
    // The parent first: it starts no further child then. It may finish what it is in the middle of.
    process.kill(pid, 'SIGSTOP');
    while (!hasStopped(pid)) Atomics.wait(PAUSE, 0, 0, 1);
    for (const child of childrenOf(pid)) signal(child, 'SIGSTOP');
  }

  resume(): void {
    const { pid } = this.#running();
    for (const child of childrenOf(pid)) signal(child, 'SIGCONT');
    process.kill(pid, 'SIGCONT');
  }

  /** SIGKILL for the server and its children, paused or not. Nothing when it is down. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server?.pid === undefined) return;
    this.pause();
    const exited = once(server, 'exit');
    const children = childrenOf(server.pid);
    for (const child of children) signal(child, 'SIGKILL');
    server.kill('SIGKILL');
    await exited;
    // A new PostgreSQL refuses to start while a child of the old one still has their shared memory.
    while (!children.every(hasEnded)) await sleep(POLL_MS);
  }

  /** Kills the server and removes the folder. Nothing the second time. */
  async stop(): Promise<void> {
    await this.kill();
    if (this.#guard.exitCode !== null) return;
    const exited = once(this.#guard, 'exit');
    this.#guard.ref();
    this.#guard.stdin?.end();
    await exited;
  }

  #spawn(file: string, args: readonly string[]): ChildProcess {
    const log = openSync(this.#log(), 'a');
    try {
      const child = spawn(file, args, {
        ...this.#owner,
        cwd: this.folder,
        stdio: ['ignore', log, log],
      });
      return child;
    } finally {
      closeSync(log);
    }
  }

  #running(): { readonly pid: number } {
    const pid = this.#server?.pid;
    if (pid === undefined) throw new Error(`the server of ${this.folder} is not running`);
    return { pid };
  }

  #tellGuard(line: string): void {
    this.#guard.stdin?.write(`${line}\n`);
  }

  #failure(what: string): Error {
    return new Error(`${what}\n${readFileSync(this.#log(), 'utf8').slice(-2_000)}`);
  }

  #log(): string {
    return join(this.folder, 'output.log');
  }
}

async function answersYes(ask: Launch['isReady'], pid: number): Promise<boolean> {
  try {
    return await ask(pid);
  } catch {
    return false;
  }
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

/** Only ever waited for in vain. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** Whether a signal has stopped it, or ended it. */
function hasStopped(pid: number): boolean {
  try {
    return /\) [TtZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** Whether it has let go of all it had, be it that nobody has asked yet how it ended. */
function hasEnded(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** A child may have ended since it was listed. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has.
  }
}
