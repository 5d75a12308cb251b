// Runs one of these examples on any supported Node: `npm run example -w examples -- article/set-cookie-node`.
// Newer releases (22.18, 24) also run the TypeScript files as they are.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
const emit = '--noEmit false --incremental false --rootDir . --outDir dist';

for (const flags of ['-b ..', `-p . ${emit}`]) {
  const compiler = [join(dirname(tsc), 'bin', 'tsc'), ...flags.split(' ')];
  const { status } = spawnSync(process.execPath, compiler, { cwd: here, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
const [name] = process.argv.slice(2);
if (name !== undefined) await import(pathToFileURL(join(here, 'dist', `${name}.js`)).href);
