// Reads the packages of this workspace from disk: their modules, manifests and documentation.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type ModuleFacts, readModule } from './module-facts.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** @param folder under `packages/` */
export function readManifest(folder: string): Manifest {
  return JSON.parse(
    readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'),
  ) as Manifest;
}

/** Every module under a package's `src`. */
export function readModules(folder: string): readonly ModuleFacts[] {
  const source = join(ROOT, 'packages', folder, 'src');
  return filesUnder(source, /\.tsx?$/).map((path) =>
    readModule({ path, text: readFileSync(join(source, path), 'utf8') }),
  );
}

/** The headings of every page in `docs/reference/`. */
export function readReferenceHeadings(): readonly string[] {
  const folder = join(ROOT, 'docs', 'reference');
  return filesUnder(folder, /\.md$/).flatMap((path) =>
    readFileSync(join(folder, path), 'utf8')
      .split('\n')
      .filter((line) => /^#{1,6} /.test(line)),
  );
}

/** Paths relative to `folder`, with slashes. */
function filesUnder(folder: string, names: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => names.test(path))
    .toSorted();
}
