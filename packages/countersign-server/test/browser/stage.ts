// One running doorkeeper, with a database of its own, and one Chromium for all tests of a file. The
// people in them are told apart by their addresses.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

import { launchDoorkeeper, type Doorkeeper } from '../process/doorkeeper-process.js';
import { launchChromium } from './chromium.js';

export interface Stage {
  readonly url: string;
  /** The lines of the log so far that tell of this event. */
  logged(event: string): readonly Readonly<Record<string, unknown>>[];
  /** A page in a browser of its own, which knows nothing of the others. Closed after the test. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** The link in the last mail to this address that leads to this path. */
  linkTo(path: string, address: string): Promise<string>;
  /** The text of the last mail to this address with these words in it. */
  mailTo(address: string, words: string): Promise<string>;
}

export interface StageOptions {
  /** After `serve`, made when the tests begin. `folder` is removed afterwards. */
  readonly args?: (folder: string) => Promise<readonly string[]>;
}

/** To be called once, outside of tests. */
export function setStage({ args = () => Promise.resolve([]) }: StageOptions = {}): Stage {
  let doorkeeper: Doorkeeper | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
    const { isOpen, end } = launchDoorkeeper(join(folder, 'data'), await args(folder));
    [doorkeeper, browser] = await Promise.all([isOpen, launchChromium()]);
    return async () => {
      await browser?.close();
      await end();
      rmSync(folder, { recursive: true, force: true });
    };
  });
  afterAll(() => {
    // What a page could not be answered with is here, and nowhere in the pages.
    expect(doorkeeper?.output.stderr).not.toMatch(/"(?:page|request)-failed"/);
  });
  const opened = (): Doorkeeper => found(doorkeeper);
  return {
    get url() {
      return opened().url;
    },
    logged: (event) => linesOf(opened().output.stderr).filter((line) => line['event'] === event),
    open: async (options) => openPage(found(browser), options),
    async linkTo(path, address) {
      const text = await opened().mailTo(address, `${path}?token=`);
      return linksIn(text).find((link) => link.includes(path)) ?? '';
    },
    mailTo: (address, words) => opened().mailTo(address, words),
  };
}

export async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  onTestFinished(async () => context.close());
  return context.newPage();
}

/** Without one that is being written. */
function linesOf(log: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = log
    .slice(0, log.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('The stage is not set yet');
  return thing;
}

function linksIn(text: string): readonly string[] {
  return text.match(/https?:\/\/\S+/g) ?? [];
}
