// The walk from what entries export finds each type that nobody could name, and no others.

import { describe, expect, test } from 'vitest';

import { unnameableTypes } from './type-graph.js';

/** Walks from `index.d.ts`. */
function found(
  files: Readonly<Record<string, string>>,
  entries = ['index.d.ts'],
): readonly string[] {
  return unnameableTypes(entries, (path) => files[path] ?? '')
    .map(({ path, name, from }) => `${name} of ${path} by ${from}`)
    .toSorted();
}

const INDEX = `export { make, type Options } from './make.js';`;

describe('a type', () => {
  test.each([
    ['a parameter', `export declare function make(lost: Lost): void;`],
    ['what is given', `export declare function make(): Promise<readonly Lost[]>;`],
    ['a property', `export declare const make: { readonly lost?: Lost };`],
    [
      'an option',
      `export interface Options { lost: 'none' | Lost; } export declare const make: 1;`,
    ],
    ['what it extends', `export interface Options extends Lost {} export declare const make: 1;`],
    ['a parent class', `export declare class make extends Lost {}`],
    ['a bound', `export declare function make<T extends Lost>(value: T): T;`],
    ['a default', `export interface Options<T = Lost> { value: T } export declare const make: 1;`],
    ['a constructor', `export declare class make { constructor(lost: Lost); }`],
    ['a mapped type', `export declare const make: { [Key in keyof Lost]: 1 };`],
    [
      'a condition',
      `export type Options<T> = T extends Lost ? 1 : 2; export declare const make: 1;`,
    ],
  ])('that is reached by %s is found', (_, text) => {
    const files = {
      'index.d.ts': INDEX,
      'make.d.ts': `import type { Lost } from './deep/lost.js';
        export interface Options {} ${text}`,
      'deep/lost.d.ts': `export interface Lost { readonly x: number }`,
    };
    expect(found(files)).toEqual([
      expect.stringMatching(/^Lost of deep\/lost\.d\.ts by (?:make|Options) of make\.d\.ts$/),
    ]);
    const named = `${INDEX} export type { Lost as Kept } from './deep/lost.js';`;
    expect(found({ ...files, 'index.d.ts': named })).toEqual([]);
    const other = { ...files, 'other.d.ts': `export type { Lost } from './deep/lost.js';` };
    expect(found(other, ['index.d.ts', 'other.d.ts'])).toEqual([]);
  });

  test('of the same file is found, exported there or not, and what it leads to as well', () => {
    const text = `interface Own { next: Next } export interface Next { next: Next }
      export interface Options {} export declare function make(own: Own): void; export {};`;
    expect(found({ 'index.d.ts': INDEX, 'make.d.ts': text })).toEqual([
      'Next of make.d.ts by Own of make.d.ts',
      'Own of make.d.ts by make of make.d.ts',
    ]);
  });

  test('that is handed on from file to file is found where it is declared', () => {
    const files = {
      'index.d.ts': INDEX,
      'make.d.ts': `import { type B } from './b.js'; export interface Options { b: B }
        declare const make: 1; export { make };`,
      'b.d.ts': `import { A } from './a.js'; export { A as B };`,
      'a.d.ts': `export declare class A {}`,
    };
    expect(found(files)).toEqual(['A of a.d.ts by Options of make.d.ts']);
  });

  test('that is a parameter of its own, a global, or of another package is none of this', () => {
    const text = `import type { Server } from 'node:http'; import type { T } from './t.js';
      export interface Options { server: Server; list: ReadonlyMap<string, Error> }
      export declare function make<T, U extends T[]>(value: { [Key in keyof U]: Key }): T;`;
    expect(
      found({ 'index.d.ts': INDEX, 'make.d.ts': text, 't.d.ts': `export type T = 1;` }),
    ).toEqual([]);
  });

  test('that is asked of a value by typeof need not be named, and leads on', () => {
    const text = `declare const TABLE: { a: Lost }; export interface Lost {}
      export type Options = keyof typeof TABLE; export declare const make: 1; export {};`;
    expect(found({ 'index.d.ts': INDEX, 'make.d.ts': text })).toEqual([
      'Lost of make.d.ts by TABLE of make.d.ts',
    ]);
  });

  test('that only a constructor takes is found where the class can be constructed', () => {
    const text = `interface Inner {} export interface Options {}
      export declare class make { constructor(inner: Inner); read(): Options; } export {};`;
    const typed = `export type { make, Options } from './make.js';`;
    expect(found({ 'index.d.ts': typed, 'make.d.ts': text })).toEqual([]);
    expect(found({ 'index.d.ts': INDEX, 'make.d.ts': text })).toHaveLength(1);
  });
});

test.each([
  ['a whole module', `import * as all from './a.js'; export declare const make: all.A;`],
  ['an export of everything', `export * from './a.js'; export declare const make: 1;`],
  ['an import within a type', `export declare const make: import('./a.js').A;`],
  ['what is exported and is nowhere', `export { make } from './a.js';`],
])('%s is an error, as nothing is read of it', (_, text) => {
  const files = { 'index.d.ts': `export { make } from './make.js';`, 'make.d.ts': text };
  expect(() => found({ ...files, 'a.d.ts': `export interface A {}` })).toThrow(Error);
});
