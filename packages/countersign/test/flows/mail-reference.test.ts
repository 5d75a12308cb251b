// The part of docs/reference/flows.md about links by mail: it has every verb and type, the lifetimes and
// limits are those of the code, and its example runs.

import { readFileSync } from 'node:fs';

import { describe, expect, it, test } from 'vitest';

import { ONE_TIME_KINDS, type OneTimeKind } from '../../src/accounts/one-time-kinds.js';
import { MOST_ADDRESSES } from '../../src/flows/address-change.js';
import { ADDRESS, createWorld, MINUTE, NEXT } from './fixture.js';
import { askForReset, setPassword, showReset } from './mail-reference-example.js';

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

const [, rest = ''] = read('../../../../docs/reference/flows.md').split('\n## Links by mail\n');
const section = rest.split('\n## ')[0] ?? '';
const FILES = ['address-link', 'addresses', 'link-request', 'mail-flows', 'reset', 'sign-up'];

/** What `index.ts` publishes of the files of these flows. */
const exported = [
  ...read('../../src/flows/index.ts').matchAll(/export type \{([^}]+)\} from '\.\/([\w-]+)\.js'/g),
]
  .filter(([, , file = '']) => [...FILES, 'sign-in-link'].includes(file))
  .flatMap(([, list = '']) => list.split(','))
  .map((name) => name.trim())
  .filter((name) => name !== '');

test('there are types to look for', () => {
  expect(exported).toContain('LinkRequestOutcome');
  expect(exported).toContain('OtherBrowser');
});

it.each(exported)('the page has the type %s', (name) => {
  expect(section).toContain(`\`${name}\``);
});

const { flows } = createWorld();
const verbs = Object.entries({
  signUp: flows.signUp,
  reset: flows.reset,
  signInLink: flows.signInLink,
  addresses: flows.addresses,
}).flatMap(([group, of]) => Object.keys(of).map((verb) => `${group}.${verb}`));

it.each(verbs)('the page has the verb %s', (verb) => {
  expect(section).toContain(`\`${verb}`);
});

const LIVES: readonly OneTimeKind[] = ['sign-up', 'reset', 'sign-in-link', 'verify-address'];
it.each(LIVES)('the page says how long %s lives', (kind) => {
  const minutes = ONE_TIME_KINDS[kind].lifetimeMs / MINUTE;
  expect(section).toMatch(new RegExp(`\\| \`${kind}\` +\\| ${minutes} minutes `));
});

test('the page says how many addresses an account has at most', () => {
  expect(section).toContain(`at most ${MOST_ADDRESSES} addresses`);
});

describe('the example', () => {
  it('is the one that runs here', () => {
    const [, runs = ''] = read('./mail-reference-example.ts').split(/^import [^;]+;\n\n/m);
    expect(runs.length).toBeGreaterThan(500);
    expect(section).toContain(runs);
  });

  it('sets a new password', async () => {
    const world = createWorld();
    await world.addAccount();
    const by = world.visitor();
    const ask = async (address: string): Promise<number> =>
      (await by.visit((visit) => askForReset(world.flows, visit, address))).status;
    expect([await ask(''), await ask(ADDRESS), await ask('eve@example.net')]).toEqual([
      400, 200, 200,
    ]);
    const token = await world.tokenOf('reset');
    const show = () => by.visit((visit) => showReset(world.flows, visit, token));
    expect(await show()).toEqual({
      status: 200,
      says: `A new password for ${ADDRESS}`,
    });
    const send = async (password: string): Promise<number> =>
      (await by.visit((visit) => setPassword(world.flows, visit, { token, password }))).status;
    expect([await send('short'), await send(NEXT), await send(NEXT)]).toEqual([400, 200, 410]);
    expect(await show()).toMatchObject({ status: 410 });
  });
});
