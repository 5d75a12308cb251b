// One contender's server in a process of its own, as the measuring process sees it.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { Load } from './load.js';
import { ASK_USAGE, isFromServer, type FromServer } from './message.js';

export class RunningServer {
  readonly #child: ChildProcess;
  readonly #load: Load;

  private constructor(child: ChildProcess, load: Load) {
    this.#child = child;
    this.#load = load;
  }

  /**
   * Starts the contender of that name, and connects to it.
   * @param place a directory that it may put files into, or the URL of the database that it uses
   */
  static async start(name: string, place: string): Promise<RunningServer> {
    const child = fork(new URL('./server.js', import.meta.url), [name, place]);
    const message = await nextMessage(child);
    if (message.kind !== 'ready') throw new Error(`${name} did not start`);
    return new RunningServer(child, await Load.connect(message));
  }

  /** Sends requests, and gives the server's CPU time for one of them, in microseconds. */
  async run(requests: number): Promise<number> {
    const before = await this.#usage();
    await this.#load.run(requests);
    return ((await this.#usage()) - before) / requests;
  }

  async stop(): Promise<void> {
    this.#load.close();
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #usage(): Promise<number> {
    const answered = nextMessage(this.#child);
    this.#child.send(ASK_USAGE);
    const message = await answered;
    if (message.kind !== 'usage') throw new Error('The server did not tell its CPU time');
    return message.microseconds;
  }
}

function nextMessage(child: ChildProcess): Promise<FromServer> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('The server has ended'));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      if (isFromServer(message)) resolve(message);
      else reject(new Error('The server said something else'));
    });
  });
}
