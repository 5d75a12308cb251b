// The rules of the house, as pure functions over module facts. Nothing here reads a file.

import { posix } from 'node:path';

import { FLOORS, MAX_LINES, type Reserved } from './house.js';
import type { ModuleFacts } from './module-facts.js';

export interface Violation {
  readonly rule: string;
  readonly path: string;
  /** The line, or 0 for the whole file. */
  readonly line: number;
  readonly message: string;
}

type Rule = (modules: readonly ModuleFacts[]) => readonly Violation[];

/**
 * The path that a relative import means; null for a package or a built-in module. A `.tsx` is called `.ts`
 * here: an import does not tell them apart.
 */
function resolveImport(from: string, specifier: string | null): string | null {
  if (specifier === null || !/^\.\.?(\/|$)/.test(specifier)) return null;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** Finds the module that a relative import means. */
function moduleFinder(
  modules: readonly ModuleFacts[],
): (from: string, specifier: string | null) => ModuleFacts | undefined {
  const byPath = new Map(modules.map((module) => [module.path.replace(/\.tsx$/, '.ts'), module]));
  return (from, specifier) => byPath.get(resolveImport(from, specifier) ?? '');
}

function leavesPackage(path: string): boolean {
  return /^\.\.(\/|$)/.test(path);
}

/** The room of a module: its first folder, or its own name at the top. */
function roomOf(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

/** No import goes up, nor sideways to another room of the same floor. */
export const floors: Rule = (modules) =>
  modules.flatMap(({ path, imports }) => {
    const room = roomOf(path);
    const floor = FLOORS[room];
    if (floor === undefined)
      return [{ rule: 'floors', path, line: 0, message: `the room ${room} is on no floor` }];
    return imports.flatMap(({ specifier, line }) => {
      const target = resolveImport(path, specifier);
      if (target === null || leavesPackage(target)) return [];
      const targetRoom = roomOf(target);
      const targetFloor = FLOORS[targetRoom];
      if (targetRoom === room || (targetFloor !== undefined && targetFloor < floor)) return [];
      const direction = targetFloor === floor ? 'sideways' : 'up';
      const message = `${room} (floor ${floor}) imports ${direction} from ${targetRoom}`;
      return [{ rule: 'floors', path, line, message }];
    });
  });

/** No file reaches itself through its imports, type imports among them. Each knot is told once. */
export const cycles: Rule = (modules) => {
  const find = moduleFinder(modules);
  const finished = new Set<ModuleFacts>();
  const found: Violation[] = [];
  const visit = (module: ModuleFacts, way: readonly ModuleFacts[]): void => {
    const start = way.indexOf(module);
    if (start !== -1) {
      const message = [...way.slice(start), module].map(({ path }) => path).join(' → ');
      found.push({ rule: 'cycles', path: module.path, line: 0, message });
      return;
    }
    if (finished.has(module)) return;
    for (const { specifier } of module.imports) {
      const target = find(module.path, specifier);
      if (target !== undefined) visit(target, [...way, module]);
    }
    finished.add(module);
  };
  for (const module of modules) visit(module, []);
  return found;
};

export const size: Rule = (modules) =>
  modules.flatMap(({ path, lineCount }) => {
    const message = `${lineCount} lines, over ${MAX_LINES}`;
    return lineCount <= MAX_LINES ? [] : [{ rule: 'size', path, line: 0, message }];
  });

/** An index.ts is a door to the street: nothing inside comes through it, and it names what it shows. */
export const doors: Rule = (modules) =>
  modules.flatMap(({ path, imports, starExports }) => [
    ...imports.flatMap(({ specifier, line }) => {
      const target = resolveImport(path, specifier);
      if (target === null || posix.basename(target) !== 'index.ts') return [];
      return [{ rule: 'doors', path, line, message: `imports ${target} from inside` }];
    }),
    ...starExports.map((line) => ({
      rule: 'doors',
      path,
      line,
      message: 'exports *, not names',
    })),
  ]);

/** Relative imports stay in the package, and every import can be read. */
export const walls: Rule = (modules) =>
  modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      if (specifier === null)
        return [{ rule: 'walls', path, line, message: 'imports a computed name' }];
      const target = resolveImport(path, specifier);
      if (target === null || !leavesPackage(target)) return [];
      return [{ rule: 'walls', path, line, message: `leaves the package: ${specifier}` }];
    }),
  );

/** What is reserved is touched by its owners alone. */
export function reservations(table: readonly Reserved[]): Rule {
  return (modules) =>
    table.flatMap(({ what, modules: names, names: globals, owners }) =>
      modules
        .filter(({ path }) => !owners.some((owner) => isInside(path, owner)))
        .flatMap(({ path, imports, uses }) =>
          [
            ...imports.map(({ specifier, line }) => ({ name: specifier ?? '', line, list: names })),
            ...uses.map(({ name, line }) => ({ name, line, list: globals })),
          ].flatMap(({ name, line, list }) => {
            if (!list.includes(name)) return [];
            const message = `${what} (${name}) belongs to ${owners.join(', ') || 'nobody'}`;
            return [{ rule: 'reservations', path, line, message }];
          }),
        ),
    );
}

function isInside(path: string, owner: string): boolean {
  return owner.endsWith('/') ? path.startsWith(owner) : path === owner;
}

/**
 * Packages are imported only if package.json declares them, and a workspace package only through its
 * published entries.
 * @param declared names in `dependencies` and `peerDependencies`
 * @param entries for each package with known entries, the specifiers it publishes
 */
export function dependencies(
  declared: ReadonlySet<string>,
  entries: Readonly<Record<string, ReadonlySet<string>>> = {},
): Rule {
  return (modules) =>
    modules.flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, line }) => {
        if (specifier === null || specifier.startsWith('.') || specifier.startsWith('node:'))
          return [];
        const name = packageOf(specifier);
        const published = entries[name];
        if (!declared.has(name))
          return [{ rule: 'dependencies', path, line, message: `${name} is not declared` }];
        if (published === undefined || published.has(specifier)) return [];
        return [{ rule: 'dependencies', path, line, message: `${specifier} is not published` }];
      }),
    );
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What loading a module loads at once: other modules of its package, and specifiers from outside. */
export interface Loaded {
  readonly paths: ReadonlySet<string>;
  readonly outside: ReadonlySet<string>;
}

/** Follows the value imports from `entry`. Type imports and `import()` load nothing at that moment. */
export function loadedBy(modules: readonly ModuleFacts[], entry: string): Loaded {
  const find = moduleFinder(modules);
  const paths = new Set<string>();
  const outside = new Set<string>();
  const visit = (module: ModuleFacts): void => {
    if (paths.has(module.path)) return;
    paths.add(module.path);
    for (const { specifier, kind } of module.imports) {
      if (kind !== 'value' || specifier === null) continue;
      const target = find(module.path, specifier);
      if (target !== undefined) visit(target);
      else outside.add(specifier);
    }
  };
  for (const module of modules) if (module.path === entry) visit(module);
  return { paths, outside };
}
