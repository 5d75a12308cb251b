// What the check refuses to be built with, and what it says at start-up (csrf.md F16, F19, F29).

import { describe, expect, test } from 'vitest';

import { createCsrfCheck } from '../../src/csrf/check.js';

const own = 'https://app.example';

describe('F16, F19: configuration is judged at start-up', () => {
  const withAny = (options: unknown): unknown => Reflect.apply(createCsrfCheck, null, [options]);

  test.each([
    ['an unknown option', { enabled: false }, /csrf\.enabled: is not an option here.*missing/],
    ['a lone route', { bypass: '/hooks' }, /csrf\.bypass: is not a list of objects/],
    ['a bypass of nothing', { bypass: [null] }, /csrf\.bypass: is not a list of objects/],
    ['a listener that is none', { onRefusal: 'log' }, /csrf\.onRefusal: is not a function/],
    ['something that is no object', [], /csrf: is not an object of options/],
  ])('%s is refused', (_, options, message) => {
    expect(() => withAny(options)).toThrow(message);
  });

  test.each([
    ['null', 'never let in'],
    ['https://app.example/', "Write 'https://app.example'"],
    ['https://app.example:443', "Write 'https://app.example'"],
    ['https://APP.example', "Write 'https://app.example'"],
    ['https://user@app.example', "Write 'https://app.example'"],
    ['https://app.example/path?x#y', "Write 'https://app.example'"],
    [' https://app.example', "Write 'https://app.example'"],
    ['https://bücher.example', "Write 'https://xn--bcher-kva.example'"],
    ['app.example', 'not an http or https origin'],
    ['ftp://app.example', 'not an http or https origin'],
    ['wss://app.example', 'not an http or https origin'],
    ['https://*.example', 'not an http or https origin'],
    ['https://a.example,https://b.example', 'not an http or https origin'],
    ['', 'not an http or https origin'],
    [undefined, 'is not set'],
  ])('origin %s is refused with the remedy', (origin, remedy) => {
    for (const option of ['origins', 'trustedOrigins']) {
      const make = () => withAny({ [option]: [own, origin] });
      expect(make).toThrow(expect.objectContaining({ code: 'configuration' }));
      expect(make).toThrow(origin === undefined ? `csrf.${option}[1]` : remedy);
    }
  });

  test.each([
    ['https://app.example'],
    ['http://localhost:3000'],
    ['http://127.0.0.1:8080'],
    ['http://[::1]:3000'],
    ['https://xn--bcher-kva.example'],
  ])('origin %s is taken, twice as well', (origin) => {
    const { check } = createCsrfCheck({ origins: [origin, origin] });
    expect(check({ method: 'POST', headers: { origin } }).allowed).toBe(true);
  });

  test.each([
    [{ origins: own }, 'csrf.origins'],
    [{ none: 'maybe' }, 'csrf.none'],
    [{ missing: false }, 'csrf.missing'],
    [{ mode: 'off' }, 'csrf.mode'],
    [{ bypass: [{ method: 'post', route: '/x', proof: 'p' }] }, 'csrf.bypass[0].method'],
    [{ bypass: [{ method: 'OPTIONS', route: '/x', proof: 'p' }] }, 'csrf.bypass[0].method'],
    [{ bypass: [{ method: 'POST', route: 'x', proof: 'p' }] }, 'csrf.bypass[0].route'],
    [{ bypass: [{ method: 'POST', route: '/x?y', proof: 'p' }] }, 'csrf.bypass[0].route'],
    [{ bypass: [{ method: 'POST', route: '/x', proof: ' ' }] }, 'csrf.bypass[0].proof'],
    [{ bypass: [{ method: 'POST', route: '/x' }] }, 'csrf.bypass[0].proof'],
  ])('%j is refused by name', (options, option) => {
    expect(() => withAny(options)).toThrow(option);
  });

  test('F19: every bypass is listed at start-up with its proof', () => {
    const bypass = [{ method: 'POST', route: '/hooks/mail', proof: 'webhook signature' }];
    expect(createCsrfCheck({ origins: [own], bypass }).notes).toEqual([
      'csrf.bypass: POST /hooks/mail is not checked. Its own proof: webhook signature.',
    ]);
  });

  test('a complete configuration has no notes', () => {
    expect(createCsrfCheck({ origins: [own] }).notes).toEqual([]);
  });

  test('weaker settings are announced', () => {
    const { notes } = createCsrfCheck({ origins: [own], missing: 'allow', mode: 'report' });
    expect(notes.join('\n')).toMatch(/csrf\.missing is `allow`[^]*csrf\.mode is `report`/);
  });
});
