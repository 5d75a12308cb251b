// The table of csrf.md §F7, case by case, with its numbers. Case 34 is here as pure matching; with a
// real router it stands beside the adapters, and so does case 35 (a refusal leaves the session alone).

import { describe, expect, test } from 'vitest';

import { createCsrfCheck, type CsrfCheck } from '../../src/csrf/check.js';
import type { CsrfOptions } from '../../src/csrf/options.js';
import type { CsrfRequest } from '../../src/csrf/request.js';

const own = 'https://app.example';
const options: CsrfOptions = {
  origins: [own],
  trustedOrigins: ['https://pay.example'],
  bypass: [
    { method: 'POST', route: '/dbsc/refresh', proof: 'device signature' },
    { method: 'POST', route: '/hook', proof: 'webhook signature' },
  ],
};
const standard = createCsrfCheck(options);
const strict = createCsrfCheck({ ...options, none: 'reject', missing: 'reject' });

type Headers_ = Readonly<Record<string, string | readonly string[]>>;
interface Case {
  readonly number: number;
  readonly what: string;
  readonly method?: string;
  readonly headers: Headers_;
  readonly check?: CsrfCheck;
  readonly route?: string;
  /** `allow`, or the rule that refuses. */
  readonly expect: string;
}

const site = (value: string, origin?: string): Headers_ => ({
  'sec-fetch-site': value,
  ...(origin === undefined ? {} : { origin }),
  cookie: '__Host-id=x',
});
const bare = (origin: string): Headers_ => ({ origin, cookie: '__Host-id=x' });
const socket = (origin?: string): Headers_ => ({
  upgrade: 'websocket',
  connection: 'Upgrade',
  ...(origin === undefined ? {} : { origin }),
});
const evil = 'https://evil.test';

const cases: readonly Case[] = [
  { number: 1, what: 'GET', method: 'GET', headers: site('cross-site', evil), expect: 'allow' },
  { number: 2, what: 'same-origin, own', headers: site('same-origin', own), expect: 'allow' },
  { number: 3, what: 'same-origin, null', headers: site('same-origin', 'null'), expect: 'allow' },
  {
    number: 4,
    what: 'same-site sibling',
    headers: site('same-site', 'https://www.app.example'),
    expect: 'same-site',
  },
  { number: 5, what: 'http own', headers: bare('http://app.example'), expect: 'foreign-origin' },
  { number: 6, what: 'cross-site evil', headers: site('cross-site', evil), expect: 'cross-site' },
  {
    number: 7,
    what: 'cross-site trusted',
    headers: site('cross-site', 'https://pay.example'),
    expect: 'allow',
  },
  { number: 8, what: 'cross-site own', headers: site('cross-site', own), expect: 'cross-site' },
  { number: 9, what: 'cross-site null', headers: site('cross-site', 'null'), expect: 'cross-site' },
  { number: 10, what: 'none', headers: site('none'), expect: 'allow' },
  { number: 11, what: 'none', headers: site('none'), check: strict, expect: 'user-initiated' },
  { number: 12, what: 'unknown value', headers: site('near'), expect: 'unknown-fetch-site' },
  { number: 13, what: 'unknown value, own', headers: site('near', own), expect: 'allow' },
  {
    number: 14,
    what: 'Sec-Fetch-Site twice',
    headers: { 'sec-fetch-site': 'same-origin, same-origin' },
    expect: 'unknown-fetch-site',
  },
  {
    number: 15,
    what: 'Origin twice',
    headers: site('same-origin', `${own}, ${own}`),
    expect: 'several-origins',
  },
  { number: 16, what: 'own Origin only', headers: bare(own), expect: 'allow' },
  ...[
    'null',
    'https://evil@app.example',
    'https://app.example/',
    'HTTPS://APP.EXAMPLE',
    'https://app.example:443',
    'https://app.example:8443',
    'https://app.example.evil.test',
    'https://app.example.',
  ].map((origin, index) => ({
    number: 17 + index,
    what: `Origin ${origin} only`,
    headers: bare(origin),
    expect: 'foreign-origin',
  })),
  {
    number: 25,
    what: 'no signal, with Cookie',
    headers: { cookie: '__Host-id=x' },
    expect: 'no-signal-with-cookie',
  },
  { number: 26, what: 'no signal, no Cookie', headers: {}, expect: 'allow' },
  { number: 27, what: 'no signal', headers: {}, check: strict, expect: 'no-signal' },
  { number: 28, what: 'WebSocket own', method: 'GET', headers: socket(own), expect: 'allow' },
  {
    number: 29,
    what: 'WebSocket evil',
    method: 'GET',
    headers: socket(evil),
    expect: 'websocket-origin',
  },
  {
    number: 30,
    what: 'WebSocket without Origin',
    method: 'GET',
    headers: socket(),
    expect: 'websocket-origin',
  },
  {
    number: 31,
    what: 'PURGE',
    method: 'PURGE',
    headers: site('cross-site', evil),
    expect: 'cross-site',
  },
  {
    number: 32,
    what: 'get in lower case',
    method: 'get',
    headers: site('cross-site', evil),
    expect: 'cross-site',
  },
  {
    number: 33,
    what: 'DBSC on its bypassed route',
    headers: { cookie: '__Host-id=x' },
    route: '/dbsc/refresh',
    expect: 'allow',
  },
  ...['/hook/', '/hook/x', '//hook', '/HOOK', '/hook?x=1', 'hook', ''].map((route) => ({
    number: 34,
    what: `POST /hook is bypassed, POST ${route}`,
    headers: site('cross-site', evil),
    route,
    expect: 'cross-site',
  })),
  {
    number: 34,
    what: 'POST /hook is bypassed, PUT /hook',
    method: 'PUT',
    headers: site('cross-site', evil),
    route: '/hook',
    expect: 'cross-site',
  },
];

const outcome = (check: CsrfCheck, request: CsrfRequest, route?: string): string => {
  const verdict = check.check(request, { route });
  return verdict.allowed ? 'allow' : verdict.rule;
};

describe('csrf.md §F7', () => {
  test('the table has its cases 1 to 34', () => {
    const numbers = new Set(cases.map(({ number }) => number));
    expect([...numbers]).toEqual(Array.from({ length: 34 }, (_, index) => index + 1));
  });

  for (const {
    number,
    what,
    method = 'POST',
    headers,
    check = standard,
    route,
    expect: end,
  } of cases) {
    test(`${number} as node gives it: ${method}, ${what}: ${end}`, () => {
      expect(outcome(check, { method, headers }, route)).toBe(end);
    });
    test(`${number} as Web Headers gives it: ${method}, ${what}: ${end}`, () => {
      const web = new Headers();
      for (const [name, value] of Object.entries(headers)) web.append(name, String(value));
      expect(outcome(check, { method, headers: web }, route)).toBe(end);
    });
  }
});
