// Each rule of the house fires on a planted violation, and only there.

import { describe, expect, test } from 'vitest';

import { MAX_LINES, RESERVED_IN_LIBRARY, RESERVED_IN_SERVER } from './house.js';
import { type ModuleFacts, readModule } from './module-facts.js';
import {
  cycles,
  dependencies,
  doors,
  floors,
  loadedBy,
  reservations,
  size,
  type Violation,
  walls,
} from './rules.js';

function modules(files: Readonly<Record<string, string>>): readonly ModuleFacts[] {
  return Object.entries(files).map(([path, text]) => readModule({ path, text }));
}

function messages(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ path, line, message }) => `${path}:${line} ${message}`);
}

describe('floors', () => {
  test('lets a room import from its own floor only itself, and from any floor below', () => {
    const house = modules({
      'session/a.ts': `import { b } from './b.js'; import { now } from '../clock.js';`,
      'http/exchange.ts': `import { parse } from '../cookie/parse.js';`,
      'index.ts': `export { a } from './session/a.js';`,
    });
    expect(floors(house)).toEqual([]);
  });

  test.each([
    ['an import', `import { x } from '../http/x.js';`],
    ['a type import', `import type { X } from '../http/x.js';`],
    ['an inline type import', `import { type X } from '../http/x.js';`],
    ['an export from', `export { x } from '../http/x.js';`],
    ['an export of everything', `export * from '../http/x.js';`],
    ['a side-effect import', `import '../http/x.js';`],
    ['an import()', `const x = await import('../http/x.js');`],
    ['a type query', `type X = import('../http/x.js').X;`],
    ['a require', `const x = require('../http/x.js');`],
  ])('finds %s that goes up', (_, text) => {
    expect(messages(floors(modules({ 'session/a.ts': text })))).toEqual([
      'session/a.ts:1 session (floor 4) imports up from http',
    ]);
  });

  test('finds an import that goes sideways', () => {
    const house = modules({
      'session/a.ts': `\nimport { x } from '../accounts/x.js';`,
      'clock.ts': `import { CountersignError } from './errors.js';`,
    });
    expect(messages(floors(house))).toEqual([
      'session/a.ts:2 session (floor 4) imports sideways from accounts',
      'clock.ts:1 clock.ts (floor 1) imports sideways from errors.ts',
    ]);
  });

  test('finds a room that is in no table', () => {
    expect(messages(floors(modules({ 'utils/a.ts': '' })))).toEqual([
      'utils/a.ts:0 the room utils is on no floor',
    ]);
  });

  test('is not deceived by a comment or a string', () => {
    const text = `// import { x } from '../http/x.js';\nexport const s = "import '../http/x.js'";`;
    expect(floors(modules({ 'session/a.ts': text }))).toEqual([]);
  });
});

describe('cycles', () => {
  test('finds a ring of files, through a type import too, and tells it once', () => {
    const house = modules({
      'session/a.ts': `import { b } from './b.js';`,
      'session/b.ts': `import type { C } from './c.js';`,
      'session/c.ts': `export { a } from './a.js';`,
      'session/d.ts': `import { a } from './a.js';`,
    });
    expect(cycles(house).map(({ message }) => message)).toEqual([
      'session/a.ts → session/b.ts → session/c.ts → session/a.ts',
    ]);
  });

  test('finds a ring through pages with JSX', () => {
    const house = modules({
      'views/frame.tsx': `import { page } from './page.js'; export const f = <b>{page}</b>;`,
      'views/page.tsx': `import { f } from './frame.js'; export const page = <i>{f}</i>;`,
    });
    expect(cycles(house)).toHaveLength(1);
  });

  test('allows two ways to one file', () => {
    const house = modules({
      'session/a.ts': `import { b } from './b.js'; import { c } from './c.js';`,
      'session/b.ts': `import { c } from './c.js';`,
      'session/c.ts': ``,
    });
    expect(cycles(house)).toEqual([]);
  });
});

describe('size', () => {
  test('allows a file of exactly the limit, and finds one line more', () => {
    const house = modules({
      'session/a.ts': '// line\n'.repeat(MAX_LINES),
      'session/b.ts': '// line\n'.repeat(MAX_LINES + 1),
    });
    expect(messages(size(house))).toEqual(['session/b.ts:0 401 lines, over 400']);
  });
});

describe('doors', () => {
  test('finds an index.ts that is imported from inside', () => {
    const house = modules({ 'http/a.ts': `import { parse } from '../cookie/index.js';` });
    expect(messages(doors(house))).toEqual(['http/a.ts:1 imports cookie/index.ts from inside']);
  });

  test('finds an export of everything', () => {
    const house = modules({ 'cookie/index.ts': `export * from './parse.js';` });
    expect(messages(doors(house))).toEqual(['cookie/index.ts:1 exports *, not names']);
  });
});

describe('walls', () => {
  test('finds a relative import that leaves the package, however deep it starts', () => {
    const house = modules({
      'main.ts': `import { x } from '../../countersign/src/clock.js';`,
      'pages/a.ts': `import { x } from '../../countersign/src/clock.js';`,
      'pages/b.ts': `import { x } from '../main.js';`,
    });
    expect(messages(walls(house))).toEqual([
      'main.ts:1 leaves the package: ../../countersign/src/clock.js',
      'pages/a.ts:1 leaves the package: ../../countersign/src/clock.js',
    ]);
  });

  test('finds an import whose name is computed', () => {
    const house = modules({ 'http/a.ts': `const x = await import(name);` });
    expect(messages(walls(house))).toEqual(['http/a.ts:1 imports a computed name']);
  });
});

describe('reservations', () => {
  const inLibrary = reservations(RESERVED_IN_LIBRARY);

  test.each([
    ['node:crypto', `import { hash } from 'node:crypto';`],
    ['node:crypto', `import type { KeyObject } from 'node:crypto';`],
    ['node:crypto', `const c = process.getBuiltinModule('node:crypto');`],
    ['crypto', `import crypto from 'crypto';`],
    ['crypto.subtle', `await crypto.subtle.digest('SHA-256', bytes);`],
    ['crypto.randomUUID', `const id = globalThis.crypto.randomUUID();`],
  ])('finds %s outside crypto/', (name, text) => {
    const house = modules({ 'session/a.ts': text, 'crypto/a.ts': text });
    expect(messages(inLibrary(house))).toEqual([
      `session/a.ts:1 cryptography (${name}) belongs to crypto/`,
    ]);
  });

  test.each([
    ['Date.now', `const now = Date.now();`],
    ['Date.now', `const now = Date['now']();`],
    ['Date.now', `const clock = { now: Date.now };`],
    ['new Date()', `const now = new Date();`],
    ['Date()', `const now = Date();`],
    ['performance.now', `const now = performance.now();`],
    ['process.hrtime', `const now = process.hrtime.bigint();`],
    ['setTimeout', `setTimeout(task, 5);`],
    ['setTimeout', `globalThis.setTimeout(task, 5);`],
    ['setTimeout', `const wait = promisify(setTimeout);`],
    ['setTimeout', `const after = setTimeout;`],
    ['setInterval', `const timers = { setInterval };`],
    ['AbortSignal.timeout', `const signal = AbortSignal.timeout(5);`],
    ['node:timers/promises', `import { setTimeout as sleep } from 'node:timers/promises';`],
    ['node:perf_hooks', `import { performance } from 'node:perf_hooks';`],
  ])('finds %s outside clock.ts: %s', (name, text) => {
    const house = modules({ 'session/a.ts': text, 'clock.ts': text });
    expect(messages(inLibrary(house))).toEqual([
      `session/a.ts:1 time (${name}) belongs to clock.ts`,
    ]);
  });

  test('finds a require that is made, which could load anything', () => {
    const text = `import { createRequire } from 'node:module';`;
    const house = modules({ 'session/a.ts': text, 'accounts/argon2.ts': text });
    const owners = RESERVED_IN_LIBRARY.find(({ what }) => what === 'a require of its own')?.owners;
    expect(owners).toContain('accounts/argon2.ts');
    expect(messages(inLibrary(house))).toEqual([
      `session/a.ts:1 a require of its own (node:module) belongs to ${owners?.join(', ')}`,
    ]);
  });

  test('allows dates of a known time, and methods that are only called like a timer', () => {
    const text = `new Date(0); Date.parse(text); socket.setTimeout(5); clearTimeout(timer);`;
    expect(inLibrary(modules({ 'session/a.ts': text }))).toEqual([]);
  });

  test('finds URL.canParse everywhere, which is wrong when it is called often', () => {
    const house = modules({ 'read-url.ts': `const x = URL.canParse(text);` });
    const message = 'read-url.ts:1 asking for a URL (URL.canParse) belongs to nobody';
    expect(messages(inLibrary(house))).toEqual([message]);
    expect(messages(reservations(RESERVED_IN_SERVER)(house))).toEqual([message]);
  });

  test('finds Math.random everywhere, in the clock and in the doorkeeper too', () => {
    const house = modules({ 'clock.ts': `const x = Math.random();` });
    const message = 'clock.ts:1 chance (Math.random) belongs to nobody';
    expect(messages(inLibrary(house))).toEqual([message]);
    expect(messages(reservations(RESERVED_IN_SERVER)(house))).toEqual([message]);
  });

  test('finds Date.now in the doorkeeper, and leaves it its timers', () => {
    const house = modules({ 'main.ts': `setTimeout(() => Date.now(), 5);` });
    expect(messages(reservations(RESERVED_IN_SERVER)(house))).toEqual([
      'main.ts:1 time (Date.now) belongs to nobody',
    ]);
  });
});

describe('dependencies', () => {
  const rule = dependencies(new Set(['countersign', '@scope/peer']), {
    countersign: new Set(['countersign', 'countersign/cookie']),
  });

  test('allows what is declared and published, and built-in modules', () => {
    const text = `import 'countersign'; import 'countersign/cookie'; import '@scope/peer/part';
      import { join } from 'node:path'; import './a.js';`;
    expect(rule(modules({ 'main.ts': text }))).toEqual([]);
  });

  test('finds a package that is not declared, and a built-in module by its bare name', () => {
    const text = `import type { X } from 'express';\nimport { join } from 'path';`;
    expect(messages(rule(modules({ 'main.ts': text })))).toEqual([
      'main.ts:1 express is not declared',
      'main.ts:2 path is not declared',
    ]);
  });

  test('finds a module of the library that is not published', () => {
    const text = `import { x } from 'countersign/src/clock.js';`;
    expect(messages(rule(modules({ 'main.ts': text })))).toEqual([
      'main.ts:1 countersign/src/clock.js is not published',
    ]);
  });

  test('finds the library importing itself by name', () => {
    const text = `import { x } from 'countersign';`;
    expect(messages(dependencies(new Set())(modules({ 'http/a.ts': text })))).toEqual([
      'http/a.ts:1 countersign is not declared',
    ]);
  });
});

describe('what an entry loads', () => {
  test('follows imports and exports, not types and not import()', () => {
    const house = modules({
      'index.ts': `export { a } from './session/a.js'; export type { T } from './stores/t.js';`,
      'session/a.ts': `import pg from 'pg'; import type { R } from 'redis';
        const sqlite = () => import('../stores/sqlite.js');`,
      'stores/t.ts': ``,
      'stores/sqlite.ts': `import 'better-sqlite3';`,
    });
    const { paths, outside } = loadedBy(house, 'index.ts');
    expect([...paths]).toEqual(['index.ts', 'session/a.ts']);
    expect([...outside]).toEqual(['pg']);
  });
});

test('a module that cannot be parsed is an error, not an empty module', () => {
  expect(() => readModule({ path: 'a.ts', text: 'const = ;' })).toThrow('a.ts');
});
