// The house stands as docs/design/architecture.md draws it: the rules of ./architecture/ over the sources as they are.

import { isBuiltin } from 'node:module';

import { describe, expect, test } from 'vitest';

import { RESERVED_IN_LIBRARY, RESERVED_IN_SERVER } from './architecture/house.js';
import { readManifest, readModules, readReferenceHeadings } from './architecture/packages.js';
import {
  cycles,
  dependencies,
  doors,
  floors,
  loadedBy,
  reservations,
  size,
  walls,
} from './architecture/rules.js';

const manifest = readManifest('countersign');
const library = readModules('countersign');
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json');
const specifiers = new Map(subpaths.map((subpath) => [subpath, specifierOf(subpath)]));

function specifierOf(subpath: string): string {
  return `${manifest.name}${subpath.slice(1)}`;
}

describe('the library', () => {
  test('is read at all', () => {
    expect(library.map(({ path }) => path)).toContain('errors.ts');
  });

  test('imports downwards only, never from a room of the same floor', () => {
    expect(floors(library)).toEqual([]);
  });

  test('has no file that reaches itself through its imports', () => {
    expect(cycles(library)).toEqual([]);
  });

  test('has no file over 400 lines', () => {
    expect(size(library)).toEqual([]);
  });

  test('does not import its own entries, and names what they export', () => {
    expect(doors(library)).toEqual([]);
  });

  test('stays inside its own folder', () => {
    expect(walls(library)).toEqual([]);
  });

  test('touches cryptography, time and chance only in the rooms that own them', () => {
    expect(reservations(RESERVED_IN_LIBRARY)(library)).toEqual([]);
  });

  test('has no runtime dependency, and imports no peer that it does not declare', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(dependencies(new Set(Object.keys(manifest.peerDependencies ?? {})))(library)).toEqual(
      [],
    );
  });
});

describe("import 'countersign'", () => {
  const { paths, outside } = loadedBy(library, 'index.ts');

  test('loads something', () => {
    expect(library.some(({ path }) => path === 'index.ts')).toBe(true);
    expect(paths.size).toBeGreaterThan(1);
  });

  test('loads no store, no HTTP, no adapter and no test suite', () => {
    const rooms = new Set([...paths].map((path) => path.split('/', 1)[0]));
    for (const room of [
      'stores',
      'device',
      'flows',
      'mail',
      'testing',
      'http',
      'adapters',
      'compat',
    ])
      expect(rooms).not.toContain(room);
  });

  test('loads nothing from outside but modules that every Node has', () => {
    // node:sqlite is a driver, which Node 20 does not have.
    const everywhere = (specifier: string): boolean =>
      isBuiltin(specifier) && specifier !== 'node:sqlite';
    expect([...outside].filter((specifier) => !everywhere(specifier))).toEqual([]);
  });
});

describe('the published entries', () => {
  const paths = library.map(({ path }) => path);

  test.each([...specifiers])(
    '%s is a module at the source path of its name, with types',
    (subpath) => {
      const target = manifest.exports[subpath];
      if (target === undefined || typeof target === 'string')
        throw new Error(`${subpath} has no conditions for types and code`);
      expect(Object.keys(target)).toEqual(['types', 'default']);
      const stem = target['default']?.replace(/^\.\/dist\/(.*)\.js$/, '$1');
      expect(target['types']).toBe(`./dist/${stem}.d.ts`);
      const name = subpath === '.' ? '' : `${subpath.slice(2)}/`;
      expect([`${name}index`, subpath.slice(2)]).toContain(stem);
      expect(paths).toContain(`${stem}.ts`);
    },
  );

  test('are every index.ts there is', () => {
    const indexes = paths.filter((path) => /(^|\/)index\.ts$/.test(path));
    const published = subpaths.map((subpath) =>
      subpath === '.' ? 'index.ts' : `${subpath.slice(2)}/index.ts`,
    );
    expect(indexes.filter((path) => !published.includes(path))).toEqual([]);
  });

  const headings = readReferenceHeadings();
  test.each([...specifiers.values()])('%s has a heading in docs/reference', (specifier) => {
    expect(headings.filter((heading) => heading.includes(`\`${specifier}\``))).not.toEqual([]);
  });
});

describe('the doorkeeper', () => {
  const server = readModules('countersign-server');
  const declared = new Set(Object.keys(readManifest('countersign-server').dependencies ?? {}));

  test('uses the library through its published entries, and declares what it imports', () => {
    const published = { [manifest.name]: new Set(specifiers.values()) };
    expect(dependencies(declared, published)(server)).toEqual([]);
  });

  test('stays inside its own folder', () => {
    expect(walls(server)).toEqual([]);
  });

  test('has no file that reaches itself through its imports', () => {
    expect(cycles(server)).toEqual([]);
  });

  test('has no file over 400 lines', () => {
    expect(size(server)).toEqual([]);
  });

  test('does not import an index.ts, and exports by name', () => {
    expect(doors(server)).toEqual([]);
  });

  test('takes time from a clock and nothing from chance', () => {
    expect(reservations(RESERVED_IN_SERVER)(server)).toEqual([]);
  });
});
