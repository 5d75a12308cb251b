// Faults of a second process on the same SQLite file: it stops or dies in the middle of a write.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sqliteStore } from '../../src/stores/sqlite/index.js';
import { describeFaults, type Stage } from './describe-faults.js';
import type { Fault, Site } from './faults.js';

const FAULTS: readonly Fault[] = [
  {
    name: 'a process that stops in the middle of a write (SIGSTOP)',
    meanwhile: 'read',
    begin: async ({ servers: [neighbour] }: Site) => neighbour?.pause(),
    end: async ({ servers: [neighbour] }: Site) => neighbour?.resume(),
  },
  {
    name: 'a process that dies in the middle of a write (SIGKILL)',
    meanwhile: 'work',
    begin: async ({ servers: [neighbour] }: Site) => neighbour?.kill(),
    end: async ({ servers: [neighbour] }: Site) => neighbour?.restart(),
  },
];

/** The other process, which is never alone with a file while anybody else is well. */
class Neighbour {
  readonly #paths: readonly string[];
  #process: ChildProcess;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#process = start();
  }

  async pause(): Promise<void> {
    await this.#ask(['lock', ...this.#paths]);
    this.#process.kill('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#process.kill('SIGCONT');
    await this.#ask(['release']);
  }

  async kill(): Promise<void> {
    await this.#ask(['lock', ...this.#paths]);
    await this.stop();
  }

  restart(): Promise<void> {
    this.#process = start();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  async #ask(words: readonly string[]): Promise<void> {
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new Error('The other process has no pipes');
    const answered = once(stdout, 'data');
    stdin.write(`${words.join('\t')}\n`);
    await answered;
  }
}

function start(): ChildProcess {
  const program = join(import.meta.dirname, 'children', 'neighbour.mjs');
  return spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function setUp(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-faults-'));
  const paths: string[] = [];
  const neighbour = new Neighbour(paths);
  const store = (space: string): ReturnType<typeof sqliteStore> => {
    const path = join(folder, `${space}.db`);
    if (!paths.includes(path)) paths.push(path);
    return sqliteStore({ path });
  };
  return Promise.resolve({
    servers: [neighbour],
    proxies: [],
    drivers: [
      {
        name: 'SQLite',
        givesUpSilence: true,
        connect: () => Promise.resolve({ store, disconnect: () => Promise.resolve() }),
      },
    ],
    async stop() {
      await neighbour.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

describeFaults('SQLite', ['SQLite'], setUp, FAULTS);
