// The built program as its users run it: a process of its own, on a free port, with its own data.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { folderMailer } from 'countersign/mail';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Doorkeeper {
  /** Where it says it is open. */
  readonly url: string;
  readonly port: number;
  /** What it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly isEnded: Promise<Ended>;
  /** Waits for a mail to this address in its folder, with these words in it, and gives the text of the last one. */
  mailTo(address: string, words?: string): Promise<string>;
  signal(name: 'SIGTERM' | 'SIGINT'): void;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<Ended>;
}

type Variables = Readonly<Record<string, string>>;

/** Runs a command line to its end. */
export async function runCountersign(args: readonly string[], env: Variables = {}): Promise<Ended> {
  return launch(args, env).isEnded;
}

export interface Starting {
  /** What it has printed so far. */
  readonly output: Doorkeeper['output'];
  /** Rejects when it ends before. */
  readonly isOpen: Promise<Doorkeeper>;
}

/** Starts `countersign serve` and waits until it is open. Ended after the test, if it still runs. */
export async function startDoorkeeper(
  dataFolder: string,
  args: readonly string[] = [],
  env: Variables = {},
): Promise<Doorkeeper> {
  return beginDoorkeeper(dataFolder, args, env).isOpen;
}

/** The same for who does not want to wait. */
export function beginDoorkeeper(
  dataFolder: string,
  args: readonly string[] = [],
  env: Variables = {},
): Starting {
  const { end, ...starting } = launchDoorkeeper(dataFolder, args, env);
  onTestFinished(end);
  return starting;
}

/** The same for longer than a test: nobody ends it but the caller, by `end`. */
export function launchDoorkeeper(
  dataFolder: string,
  args: readonly string[] = [],
  env: Variables = {},
): Starting & { readonly end: () => Promise<void> } {
  const line = ['serve', '--port', '0', '--data', dataFolder, ...args];
  const launched = launch(line, env);
  const { child, output, isEnded } = launched;
  const isShown = (async () => {
    while (!output.stdout.includes('Ctrl+C stops it.')) await once(child.stdout, 'data');
  })();
  const isOpen = Promise.race([isShown, isEnded]).then(() => doorkeeperOf(launched, dataFolder));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await isEnded;
  };
  return { output, isOpen, end };
}

const POLL_MS = 10;

async function waitForMail(dataFolder: string, address: string, words: string): Promise<string> {
  const folder = folderMailer({ folder: join(dataFolder, 'mail'), from: 'a@a.example' });
  for (;;) {
    for (const { name, to } of await folder.list()) {
      const mail = to === address ? await folder.read(name) : null;
      if (mail?.text.includes(words) === true) return mail.text;
    }
    await sleep(POLL_MS);
  }
}

function doorkeeperOf({ child, output, isEnded }: Launched, dataFolder: string): Doorkeeper {
  const url = /Open\s+(\S+)/.exec(output.stdout)?.[1];
  if (url === undefined) throw new Error(`It did not start: ${output.stderr}`);
  return {
    url,
    port: Number(/ port (\d+)/.exec(output.stdout)?.[1] ?? new URL(url).port),
    output,
    isEnded,
    mailTo: (address, words = '') => waitForMail(dataFolder, address, words),
    signal: (name) => child.kill(name),
    stop() {
      child.kill('SIGTERM');
      return isEnded;
    },
  };
}

type Launched = ReturnType<typeof launch>;

function launch(args: readonly string[], env: Variables) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const isEnded = once(child, 'close').then(([code]: unknown[]): Ended => ({
    code: typeof code === 'number' ? code : null,
    ...output,
  }));
  return { child, output, isEnded };
}
