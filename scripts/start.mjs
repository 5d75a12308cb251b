// `npm start`: installs and builds what is missing or out of date, then becomes the doorkeeper
// (`countersign serve`). It is loaded into this process, so signals and the exit code are its own.
// package.json says `exec`, or npm's shell would take a SIGTERM for itself and leave this one running.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { installNodePackages, nodeComplaint } from './prerequisites.mjs';
import { ROOT, runTool } from './run.mjs';

const MAIN = join(ROOT, 'packages', 'countersign-server', 'dist', 'main.js');

const complaint = nodeComplaint();
if (complaint !== undefined) fail(complaint);
if (!(await installNodePackages())) fail('The node packages could not be installed; see above.');
// Incremental: nothing is compiled that is up to date.
if ((await runTool('tsc', ['-b'])) !== 0) fail('The build failed; see above.');
if (!existsSync(MAIN)) fail(`The build left no ${MAIN}.`);

process.argv = [process.execPath, MAIN, 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(MAIN).href);

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
