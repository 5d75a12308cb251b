// `npm run test:matrix`: the unit tests under other releases of Node than the one at hand, each fetched
// by npx. `npm run test:matrix -- 24` asks for one.

import { installNodePackages } from './prerequisites.mjs';
import { run, runTool } from './run.mjs';

const MAJORS = ['20', '22', '24', '26'];

const asked = process.argv.slice(2);
const failed = [];
const ready = (await installNodePackages()) && (await runTool('tsc', ['-b'])) === 0;
if (!ready) process.exit(1);
for (const major of asked.length > 0 ? asked : MAJORS) {
  console.log(`\n=== Node ${major}`);
  const tests = 'node --version && node node_modules/vitest/vitest.mjs run --project unit';
  if ((await run('npx', ['-y', '-p', `node@${major}`, '-c', tests])) !== 0) failed.push(major);
}
console.log(failed.length === 0 ? '\nAll passed.' : `\nFailed under Node ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
