// The parts of docs/reference/flows.md about passkeys and providers: they have every verb, type, option and
// reason, and the example of passkeys runs. That of providers runs in provider-reference.

import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { ONE_TIME_KINDS } from '../../src/accounts/one-time-kinds.js';
import { offerPasskey, usePasskey } from './passkey-reference-example.js';
import { addOwner, createPasskeyWorld } from './passkey-world.js';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const page = read('../../../../docs/reference/flows.md');

function sectionOf(heading: string): string {
  return page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** What `index.ts` publishes of files whose names begin so. */
function typesOf(prefix: string): readonly string[] {
  const index = read('../../src/flows/index.ts');
  return [...index.matchAll(/export type \{([^}]+)\} from '\.\/([\w-]+)\.js'/g)]
    .filter(([, , file = '']) => file.startsWith(prefix))
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function verbsIn(file: string): readonly string[] {
  return [...read(`../../src/flows/${file}.ts`).matchAll(/^ {2}(\w+)\(/gm)].map(
    ([, verb = '']) => verb,
  );
}

function reasonsIn(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const unions = read(`../../src/flows/${file}.ts`).matchAll(/readonly reason:([^;]+);/g);
    return [...unions].flatMap(([, union = '']) =>
      [...union.matchAll(/'([\w-]+)'/g)].map(([, reason = '']) => reason),
    );
  });
}

describe.each([
  ['Passkeys', 'passkey', 'passkeys', ['passkey-addition', 'passkey-changes', 'passkey-sign-in']],
  [
    'Providers',
    'provider',
    'providers',
    ['provider-arrival', 'provider-begin', 'provider-identities'],
  ],
])('the section %s', (heading, prefix, group, files) => {
  const section = sectionOf(heading);

  test('has every verb', () => {
    const verbs = verbsIn(group);
    expect(verbs.length).toBeGreaterThan(3);
    expect(verbs.filter((verb) => !section.includes(`\`${group}.${verb}(`))).toEqual([]);
  });

  test('has every type', () => {
    const types = typesOf(prefix);
    expect(types.length).toBeGreaterThan(8);
    expect(types.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });

  test('has every reason', () => {
    const reasons = reasonsIn(files);
    expect(reasons.length).toBeGreaterThan(4);
    expect(reasons.filter((reason) => !section.includes(`\`${reason}\``))).toEqual([]);
  });

  test('says how long they live', () => {
    const kind = heading === 'Passkeys' ? 'passkey' : 'provider';
    const minutes = ONE_TIME_KINDS[kind].lifetimeMs / 60_000;
    expect(section).toContain(`for ${minutes} minutes`);
  });

  test('has the example that runs', () => {
    const [, runs = ''] = read(`./${prefix}-reference-example.ts`).split(/^import [^;]+;\n\n/m);
    const body = runs.replace(/^(?:import [^;]+;\n)+\n?/, '');
    expect(body.length).toBeGreaterThan(300);
    expect(section).toContain(body);
  });
});

test('the example of passkeys signs in, once', async () => {
  const world = createPasskeyWorld();
  const { account, authenticator } = await addOwner(world);
  const visitor = world.visitor();
  const options = await visitor.visit((visit) => offerPasskey(world.flows, visit));
  if (options === undefined) throw new Error('no options');
  const field = JSON.stringify(authenticator.get(options));
  const use = (): Promise<string> =>
    visitor.visit((visit) => usePasskey(world.flows, visit, field));
  expect(await use()).toBe('Hello again.');
  expect(await visitor.userId()).toBe(account.userId);
  expect(await use()).toBe('That did not work. Try again.');
});
