// Reads from a TypeScript module's text what the rules of architecture speak of: its imports, the
// global names it uses that bring in time, chance or keys, its length. It judges nothing.

import { type Expression, type Node, parseSync, type Program, Visitor } from 'oxc-parser';

export interface Source {
  /** Relative to its package's `src`, with slashes: `session/verdict.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface ImportFact {
  /** Null where it is computed, and so cannot be read here. */
  readonly specifier: string | null;
  /** `type` loads nothing, `later` is an `import()`. */
  readonly kind: 'value' | 'type' | 'later';
  readonly line: number;
}

/** A global name that is used, such as `Date.now`. */
export interface UseFact {
  readonly name: string;
  readonly line: number;
}

export interface ModuleFacts {
  readonly path: string;
  readonly lineCount: number;
  readonly imports: readonly ImportFact[];
  readonly uses: readonly UseFact[];
  /** Lines with `export * from`. */
  readonly starExports: readonly number[];
}

const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['globalThis', 'global']);
const TIMERS: ReadonlySet<string> = new Set(['setTimeout', 'setInterval']);
/** Members that count as used wherever they are named. */
const MEMBERS: ReadonlySet<string> = new Set([
  'AbortSignal.timeout',
  'Date.now',
  'Math.random',
  'URL.canParse',
  'crypto.getRandomValues',
  'crypto.randomUUID',
  'crypto.subtle',
  'performance.now',
  'process.hrtime',
]);

/** @throws Error where the text is not TypeScript */
export function readModule({ path, text }: Source): ModuleFacts {
  const lang = path.endsWith('.tsx') ? 'tsx' : 'ts';
  const { program, errors } = parseSync(path, text, { lang });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  const lines = text.replace(/\n$/, '').split('\n');
  const lineStarts = lines.map(() => 0);
  for (let index = 1; index < lines.length; index += 1)
    lineStarts[index] = (lineStarts[index - 1] ?? 0) + (lines[index - 1] ?? '').length + 1;
  const lineAt = (offset: number): number => lineStarts.filter((start) => start <= offset).length;
  return {
    path,
    lineCount: lines.length,
    ...readImports(program, lineAt),
    uses: readUses(program, lineAt),
  };
}

type LineAt = (offset: number) => number;

function readImports(
  program: Program,
  lineAt: LineAt,
): Pick<ModuleFacts, 'imports' | 'starExports'> {
  const imports: ImportFact[] = [];
  const starExports: number[] = [];
  const add = (specifier: string | null, kind: ImportFact['kind'], start: number): void => {
    imports.push({ specifier, kind, line: lineAt(start) });
  };
  new Visitor({
    ImportDeclaration(node) {
      add(node.source.value, node.importKind === 'type' ? 'type' : 'value', node.start);
    },
    ExportNamedDeclaration(node) {
      const kind = node.exportKind === 'type' ? 'type' : 'value';
      if (node.source !== null) add(node.source.value, kind, node.start);
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === 'type' ? 'type' : 'value', node.start);
      starExports.push(lineAt(node.start));
    },
    TSImportType(node) {
      add(node.source.value, 'type', node.start);
    },
    ImportExpression(node) {
      add(textOf(node.source), 'later', node.start);
    },
    CallExpression(node) {
      const callee = nameOf(node.callee);
      const loads = callee === 'require' || callee === 'process.getBuiltinModule';
      const [first] = node.arguments;
      if (loads && first !== undefined && first.type !== 'SpreadElement')
        add(textOf(first), 'later', node.start);
    },
  }).visit(program);
  return { imports, starExports };
}

function readUses(program: Program, lineAt: LineAt): readonly UseFact[] {
  const uses: UseFact[] = [];
  const add = (name: string, start: number): void => {
    uses.push({ name, line: lineAt(start) });
  };
  /** A timer that is called, handed on or kept under another name. */
  const addTimer = (value: Node | null): void => {
    if (value?.type === 'Identifier' && TIMERS.has(value.name)) add(value.name, value.start);
  };
  new Visitor({
    MemberExpression(node) {
      const name = nameOf(node);
      if (name !== undefined && (MEMBERS.has(name) || TIMERS.has(name))) add(name, node.start);
    },
    NewExpression(node) {
      if (nameOf(node.callee) === 'Date' && node.arguments.length === 0)
        add('new Date()', node.start);
    },
    CallExpression(node) {
      if (nameOf(node.callee) === 'Date') add('Date()', node.start);
      for (const value of [node.callee, ...node.arguments]) addTimer(value);
    },
    VariableDeclarator(node) {
      addTimer(node.init);
    },
    AssignmentPattern(node) {
      addTimer(node.right);
    },
    Property(node) {
      addTimer(node.value);
    },
  }).visit(program);
  return uses;
}

/** `a` or `a.b` as written, without a leading `globalThis.`; undefined for anything else. */
function nameOf(node: Expression): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return undefined;
  const object = nameOf(node.object);
  const member = node.computed
    ? textOf(node.property)
    : node.property.type === 'Identifier'
      ? node.property.name
      : null;
  if (object === undefined || member === null) return undefined;
  return GLOBAL_OBJECTS.has(object) ? member : `${object}.${member}`;
}

/** The value of a string that is written out. */
function textOf(node: Expression): string | null {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}
