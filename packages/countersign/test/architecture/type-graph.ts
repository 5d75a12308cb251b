// Reads from built declarations (`.d.ts`) what a user of the published entries can name, and which types
// those names lead to. Built ones, since they spell out what a source leaves to be inferred.

import { posix } from 'node:path';

import { parseSync } from 'oxc-parser';

/** The text of a declaration file, by its path: `flows/index.d.ts`. */
export type ReadDeclarations = (path: string) => string;

/** A declaration, such as `flows/flow-parts.d.ts` and `FlowSessions`. */
export interface Named {
  readonly path: string;
  readonly name: string;
}

interface Reference {
  readonly to: string;
  /** `query`: of a value, by `typeof`, which nobody has to name. `making`: by a constructor. */
  readonly by: 'type' | 'query' | 'making';
}

interface DeclarationFile {
  /** What a name of this file stands for elsewhere: what is imported, and what is exported on. */
  readonly imported: ReadonlyMap<string, Named>;
  readonly exported: ReadonlyMap<string, Named>;
  /** Which of them are exported as types alone: no instance of such a class is made by its user. */
  readonly types: ReadonlySet<string>;
  readonly declared: ReadonlyMap<string, readonly Reference[]>;
}

/** A type that a published declaration leads to, and that no entry exports. */
export interface Unnameable extends Named {
  /** The declaration that speaks of it. */
  readonly from: string;
}

/** @param entries the declaration files of the published entries */
export function unnameableTypes(
  entries: readonly string[],
  read: ReadDeclarations,
): readonly Unnameable[] {
  const files = new Map<string, DeclarationFile>();
  const fileAt = (path: string): DeclarationFile => {
    const file = files.get(path) ?? readDeclarations(path, read(path));
    files.set(path, file);
    return file;
  };
  /** Where a name of a file is declared, through all that hand it on; `undefined` for a global one. */
  const find = ({ path, name }: Named): Named | undefined => {
    const { declared, imported } = fileAt(path);
    if (declared.has(name)) return { path, name };
    const elsewhere = imported.get(name);
    return elsewhere === undefined ? undefined : findExported(elsewhere);
  };
  const findExported = ({ path, name }: Named): Named | undefined => {
    const elsewhere = fileAt(path).exported.get(name);
    if (elsewhere === undefined) return undefined;
    return elsewhere.path === path ? find(elsewhere) : findExported(elsewhere);
  };
  const known = new Set<string>();
  const values = new Set<string>();
  const open: Named[] = [];
  for (const path of entries) {
    for (const name of fileAt(path).exported.keys()) {
      const found = findExported({ path, name });
      if (found === undefined) throw new Error(`${path}: ${name} is exported, and is nowhere`);
      if (!known.has(keyOf(found))) open.push(found);
      known.add(keyOf(found));
      if (!fileAt(path).types.has(name)) values.add(keyOf(found));
    }
  }
  const unnameable: Unnameable[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, name } = next;
    for (const { to, by } of fileAt(path).declared.get(name) ?? []) {
      if (by === 'making' && !values.has(keyOf(next))) continue;
      const found = find({ path, name: to });
      if (found === undefined || known.has(keyOf(found))) continue;
      known.add(keyOf(found));
      open.push(found);
      if (by !== 'query') unnameable.push({ ...found, from: `${name} of ${path}` });
    }
  }
  return unnameable;
}

function keyOf({ path, name }: Named): string {
  return `${path} ${name}`;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

/** @throws Error for what no declaration of this package has, and this reads nothing of */
function readDeclarations(path: string, text: string): DeclarationFile {
  const { program, errors } = parseSync(path, text, { lang: 'dts' });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  const imported = new Map<string, Named>();
  const exported = new Map<string, Named>();
  const types = new Set<string>();
  const declared = new Map<string, readonly Reference[]>();
  const declare = (node: Node): readonly string[] => {
    const names = declaredNames(node);
    for (const name of names)
      declared.set(name, [...(declared.get(name) ?? []), ...referencesOf(node)]);
    return names;
  };
  for (const statement of childrenOf(program)) {
    const from = sourceOf(path, statement);
    if (statement.type === 'ImportDeclaration') {
      for (const each of nodesIn(statement['specifiers'])) {
        if (from === undefined) continue;
        const name = nameOf(each['imported']);
        if (name === undefined) throw new Error(`${path}: imports a whole module`);
        imported.set(nameOf(each['local']) ?? name, { path: from, name });
      }
    } else if (statement.type === 'ExportNamedDeclaration') {
      for (const each of nodesIn(statement['specifiers'])) {
        const name = nameOf(each['local']) ?? '';
        const as = nameOf(each['exported']) ?? name;
        exported.set(as, { path: from ?? path, name });
        if ([statement, each].some((node) => node['exportKind'] === 'type')) types.add(as);
      }
      const { declaration } = statement;
      if (isNode(declaration))
        for (const name of declare(declaration)) exported.set(name, { path, name });
    } else if (statement.type.startsWith('Export')) {
      throw new Error(`${path}: exports without a name`);
    } else {
      declare(statement);
    }
  }
  return { imported, exported, types, declared };
}

/** The file that a statement imports from; `undefined` for another package, and where it does not. */
function sourceOf(path: string, { source }: Node): string | undefined {
  const specifier = isNode(source) ? source['value'] : undefined;
  return typeof specifier === 'string' && specifier.startsWith('.')
    ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.d.ts')
    : undefined;
}

function declaredNames(node: Node): readonly string[] {
  const nodes = node.type === 'VariableDeclaration' ? nodesIn(node['declarations']) : [node];
  return nodes.map(({ id }) => nameOf(id)).filter((name) => name !== undefined);
}

/** What a declaration speaks of, but for the type parameters of its own. */
function referencesOf(declaration: Node): readonly Reference[] {
  const references: Reference[] = [];
  const parameters = new Set<string>();
  const visit = (node: Node, within: 'type' | 'making'): void => {
    const refer = (name: unknown, by: Reference['by'] = within): void => {
      const to = rootOf(name);
      if (to !== undefined) references.push({ to, by });
    };
    if (node.type === 'TSTypeReference') refer(node['typeName']);
    if (node.type === 'TSTypeQuery') refer(node['exprName'], 'query');
    if (node.type === 'TSInterfaceHeritage' || node.type === 'TSClassImplements')
      refer(node['expression']);
    if (node.type === 'ClassDeclaration') refer(node['superClass']);
    if (node.type === 'TSTypeParameter') parameters.add(nameOf(node['name']) ?? '');
    if (node.type === 'TSMappedType') parameters.add(nameOf(node['key']) ?? '');
    if (node.type === 'TSImportType') throw new Error('An import within a type is not read here');
    const inside = node['kind'] === 'constructor' ? 'making' : within;
    for (const child of childrenOf(node)) visit(child, inside);
  };
  visit(declaration, 'type');
  return references.filter(({ to }) => !parameters.has(to));
}

/** `a` of `a.b.c`. */
function rootOf(name: unknown): string | undefined {
  if (!isNode(name)) return undefined;
  return name.type === 'TSQualifiedName' ? rootOf(name['left']) : nameOf(name);
}

function nameOf(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Identifier' && typeof value['name'] === 'string'
    ? value['name']
    : undefined;
}

function nodesIn(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter((each) => isNode(each)) : [];
}

function childrenOf(node: object): readonly Node[] {
  return Object.values(node).flatMap((value: unknown) =>
    isNode(value) ? [value] : nodesIn(value),
  );
}
