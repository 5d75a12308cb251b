// `npm run bench`: builds the library and the benchmarks, then runs these one after the other. Each file
// at the top of bench/ is one; `npm run bench -- cookie` runs those whose name contains the word, with the
// flags that follow it.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { installNodePackages } from './prerequisites.mjs';
import { ROOT, run, runTool } from './run.mjs';

/** A benchmark takes the rounds it needs. */
const LIMIT_MS = 3_600_000;

const [word = '', ...flags] = process.argv.slice(2);
const names = readdirSync(join(ROOT, 'bench'))
  .filter((file) => file.endsWith('.ts') && file.includes(word))
  .map((file) => file.replace(/\.ts$/, ''));
if (names.length === 0) {
  console.error(`No benchmark has "${word}" in its name.`);
  process.exit(1);
}

const ready = (await installNodePackages()) && (await runTool('tsc', ['-b', '.', 'bench'])) === 0;
if (!ready) process.exit(1);

const failed = [];
for (const name of names) {
  console.log(`\n=== ${name}`);
  const args = ['--expose-gc', `bench/dist/${name}.js`, ...flags];
  const code = await run(process.execPath, args, { limitMs: LIMIT_MS });
  if (code !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
