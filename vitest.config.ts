// The test projects, told apart by file name. `scripts/test.mjs` runs them one after the other.

import { availableParallelism } from 'node:os';

import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const SECOND = 1_000;

const INTEGRATION = '**/*.integration.test.ts';
const BROWSER = '**/*.browser.test.ts';
const SOAK = '**/*.soak.test.ts';

/**
 * What takes long, or waits for long, the longest first: begun last, it would be waited for with a processor idle.
 * Vitest itself goes by the size of a file where it has not run before.
 */
const LONGEST = [
  'browser/pages.',
  'session/model/',
  'races/redis-cluster',
  'races/postgres',
  'hostile/replay',
  'process/redis',
  'process/postgres',
  'postgres/conformance',
  'near-cache/broken-network',
  'hostile/guesses',
  'moving/servers',
  'races/redis',
  'faults/',
  'process/stop',
  'browser/sign-up',
  'browser/second-step',
  'browser/account',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Not an array's, which would be changed by it.
    // oxlint-disable-next-line unicorn/no-array-sort
    const all = await super.sort(files);
    const long = LONGEST.flatMap((part) =>
      all.filter((file) => file.moduleId.includes(`/${part}`)),
    );
    return [...new Set([...long, ...all])];
  }
}

interface Project {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** A test and a hook of it may take this long, in milliseconds. */
  readonly limitMs: number;
  /** Files at a time for each processor. Default 1. More for tests that wait more than they work. */
  readonly perProcessor?: number;
  /** One file after the other: for what fights over the processor or a screen. */
  readonly inSequence?: true;
  /** Run before the first file, and after the last one. */
  readonly setup?: string;
  /** Files of one worker share its modules: for tests without state of their own, at half the time. */
  readonly shared?: true;
}

function project(name: string, settings: Project): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [...settings.include],
      globalSetup: settings.setup === undefined ? [] : [settings.setup],
      exclude: ['**/node_modules/**', '**/dist/**', ...(settings.exclude ?? [])],
      // A test that is left out by accident fails the run; see also scripts/tally.mjs.
      allowOnly: false,
      testTimeout: settings.limitMs,
      hookTimeout: settings.limitMs,
      fileParallelism: settings.inSequence !== true,
      // Vitest runs projects at the same time only if they have as many workers.
      sequence: { groupOrder: settings.perProcessor ?? 1 },
      maxWorkers: availableParallelism() * (settings.perProcessor ?? 1),
      isolate: settings.shared !== true,
      // What is waited for comes late where the machine is busy.
      expect: { poll: { timeout: settings.limitMs / 2 } },
    },
  };
}

export default defineConfig({
  test: {
    // Vitest would leave one processor idle, which is half of two.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], reporter: ['text', 'html'] },
    projects: [
      // No services, no real waiting: the inner loop.
      project('unit', {
        include: ['packages/*/test/**/*.test.ts', 'scripts/**/*.test.ts'],
        exclude: [INTEGRATION, BROWSER, SOAK],
        limitMs: 20 * SECOND,
        shared: true,
      }),
      // Real processes, sockets and files.
      project('integration', {
        include: [`packages/*/test/${INTEGRATION}`],
        limitMs: 120 * SECOND,
        perProcessor: 2,
        setup: 'packages/countersign/test/services/postgres-template.ts',
      }),
      // A real Chromium.
      project('browser', {
        include: [`packages/*/test/${BROWSER}`],
        limitMs: 120 * SECOND,
      }),
      project('examples', {
        include: ['examples/**/*.test.ts'],
        limitMs: 60 * SECOND,
      }),
      // That the documentation tells the truth.
      project('docs', { include: ['docs/**/*.test.ts'], limitMs: 60 * SECOND }),
      // The same races, fuzzers and loads for longer. Never part of `npm test`.
      project('soak', {
        include: [`packages/*/test/${SOAK}`],
        limitMs: 3_600 * SECOND,
        inSequence: true,
      }),
    ],
  },
});
