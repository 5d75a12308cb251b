// docs/reference/policy.md has every value of the policy with the default that is in force, and its rules.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { CountersignError } from '../../packages/countersign/src/errors.js';
import { createPolicy, type PolicyOptions } from '../../packages/countersign/src/session/policy.js';
import { tableIn } from './markdown.js';
import { ROOT } from './pages.js';

const page = readFileSync(join(ROOT, 'docs', 'reference', 'policy.md'), 'utf8');
const rows = tableIn(page, ['value', 'default', 'what it is', 'why this default']);
const defaults = createPolicy();

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A cell as the policy has it: milliseconds, a count or a word. */
function valueOf(cell = ''): unknown {
  if (cell === '`idle` / 20') return defaults.idle / 20;
  const text = cell.replaceAll('`', '');
  const [, amount, unit = ''] = /^(\d+)([smhd]?)$/.exec(text) ?? [];
  return amount === undefined ? text : Number(amount) * (UNITS[unit] ?? 1);
}

/** `{ a: { b: 1 } }` as `{ 'a.b': 1 }`. */
function flattened(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).map(([inner, own]) => [`${name}.${inner}`, own])
        : [[name, value]],
    ),
  );
}

test('the page has every value with its default, in the order of the code', () => {
  const written = rows.map(({ value = '', default: cell }) => [
    value.replaceAll('`', ''),
    valueOf(cell),
  ]);
  expect(written).toEqual(Object.entries(flattened(defaults)));
});

test('and a reason for each', () => {
  expect(rows.filter((row) => (row['why this default'] ?? '').length < 40)).toEqual([]);
});

describe('a rule that the page states is enforced at its edge', () => {
  test.each<[string, PolicyOptions, PolicyOptions]>([
    ['policy.idle', { idle: '12h', touch: '1h' }, { idle: '13h', touch: '1h' }],
    ['policy.remembered.idle', { remembered: { idle: '30d' } }, { remembered: { idle: '31d' } }],
    ['policy.renewal', { renewal: '301s' }, { renewal: '5m' }],
    ['policy.renewal', { renewal: '719m' }, { renewal: '12h' }],
    ['policy.overlap', { overlap: '6s' }, { overlap: '5999ms' }],
    ['policy.touch', { touch: '90s' }, { touch: '89s' }],
    ['policy.touch', { touch: '15m' }, { touch: '901s' }],
    ['policy.attempt', { attempt: '23h' }, { attempt: '24h' }],
    ['policy', { anonymous: '400d' }, { anonymous: '401d' }],
    ['policy.perUser', { perUser: { max: 1000 } }, { perUser: { max: 1001 } }],
    ['policy.maxDataBytes', { maxDataBytes: 1_048_576 }, { maxDataBytes: 1_048_577 }],
  ])('%s: %j passes, %j does not', (option, allowed, refused) => {
    expect(() => createPolicy(allowed)).not.toThrow();
    expect(() => createPolicy(refused)).toThrow(
      expect.objectContaining<Partial<CountersignError>>({
        code: 'configuration',
        message: expect.stringContaining(option) as string,
      }),
    );
  });
});

test('the defaults keep to the limits that the page compares them with', () => {
  const hour = 3_600_000;
  expect(defaults.idle).toBeLessThanOrEqual(hour);
  expect(defaults.absolute).toBeLessThanOrEqual(12 * hour);
  expect(defaults.remembered.absolute).toBeLessThanOrEqual(30 * 24 * hour);
  expect(createPolicy({ idle: '15m' }).renewal).toBe(defaults.renewal);
});
