// The rules of csrf.md F11-F29 that bind the check, beyond the table of §F7.

import type { IncomingMessage } from 'node:http';
import { describe, expect, expectTypeOf, test } from 'vitest';

import { createCsrfCheck } from '../../src/csrf/check.js';
import type { CsrfRefusal } from '../../src/csrf/options.js';
import type { CsrfRequest } from '../../src/csrf/request.js';
import { CSRF_RULES } from '../../src/csrf/rule.js';

const own = 'https://app.example';
const cookie = '__Host-id=x';
const post = (headers: CsrfRequest['headers']): CsrfRequest => ({ method: 'POST', headers });

describe('what is checked', () => {
  const { check } = createCsrfCheck({ origins: [own] });
  const forged = { 'sec-fetch-site': 'cross-site', cookie };

  test.each(['GET', 'HEAD', 'OPTIONS'])('F11: %s is let in', (method) => {
    expect(check({ method, headers: forged })).toEqual({ allowed: true });
  });

  test.each([
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'CONNECT',
    'TRACE',
    'QUERY',
    'Get',
    'head',
    '',
    undefined,
  ])('F12: %s is checked', (method) => {
    expect(check({ method, headers: forged })).toEqual({ allowed: false, rule: 'cross-site' });
  });

  test('a safe request has no header read but Upgrade, and gets the same frozen verdict', () => {
    const read: string[] = [];
    const headers = { get: (name: string) => (read.push(name), null) };
    const verdict = check({ method: 'GET', headers });
    expect(read).toEqual(['upgrade']);
    expect(verdict).toBe(check(post({ 'sec-fetch-site': 'same-origin' })));
    expect(Object.isFrozen(verdict)).toBe(true);
  });

  test('F14: a JSON body and a missing session change nothing', () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' };
    expect(check(post(headers)).allowed).toBe(false);
  });

  test('requests of node and of the Web fit as they are', () => {
    expectTypeOf<IncomingMessage>().toExtend<CsrfRequest>();
    expectTypeOf<Request>().toExtend<CsrfRequest>();
    const request = new Request(own, { method: 'POST', headers: { origin: own, cookie } });
    expect(check(request)).toEqual({ allowed: true });
  });

  test('headers as arrays: one value counts, two are several', () => {
    expect(check(post({ origin: [own], cookie })).allowed).toBe(true);
    expect(check(post({ origin: [own, own], cookie }))).toMatchObject({ rule: 'several-origins' });
    expect(check(post({ 'sec-fetch-site': ['same-origin'], cookie })).allowed).toBe(true);
    expect(check(post({ 'sec-fetch-site': ['same-origin', 'same-origin'] }))).toMatchObject({
      rule: 'unknown-fetch-site',
    });
  });

  test.each(['', 'SAME-ORIGIN', 'same-origin ', 'same-origin;x', 'cross-site, same-origin'])(
    'a Sec-Fetch-Site of "%s" is no statement, and with no Origin refused',
    (value) => {
      expect(check(post({ 'sec-fetch-site': value }))).toMatchObject({
        rule: 'unknown-fetch-site',
      });
    },
  );

  test('an empty Origin is not a missing one, an empty Cookie header is a Cookie', () => {
    expect(check(post({ origin: '' }))).toMatchObject({ rule: 'foreign-origin' });
    expect(check(post({ cookie: '' }))).toMatchObject({ rule: 'no-signal-with-cookie' });
  });

  test('missing: allow is the rule of Go, and does not excuse a foreign Origin', () => {
    const go = createCsrfCheck({ origins: [own], missing: 'allow' });
    expect(go.check(post({ cookie })).allowed).toBe(true);
    expect(go.check(post({ cookie, origin: 'https://evil.test' })).allowed).toBe(false);
  });
});

describe('F21: a WebSocket upgrade', () => {
  const { check } = createCsrfCheck({ origins: [own], trustedOrigins: ['https://pay.example'] });
  const upgrade = (headers: Readonly<Record<string, string>>) =>
    check({ method: 'GET', headers: { upgrade: 'WebSocket', ...headers } });

  test('is let in from a trusted origin', () => {
    expect(upgrade({ origin: 'https://pay.example' }).allowed).toBe(true);
  });

  test('needs an Origin even when Sec-Fetch-Site says same-origin', () => {
    expect(upgrade({ 'sec-fetch-site': 'same-origin' })).toMatchObject({
      rule: 'websocket-origin',
    });
  });

  test('over HTTP/2 is an extended CONNECT and judged alike', () => {
    const h2 = (origin: string) =>
      check({ method: 'CONNECT', headers: { ':protocol': 'websocket', origin } });
    expect(h2(own).allowed).toBe(true);
    expect(h2('null')).toMatchObject({ rule: 'websocket-origin' });
  });

  test('an upgrade to something else is an ordinary GET', () => {
    expect(upgrade({ upgrade: 'h2c' }).allowed).toBe(true);
  });

  test('can be bypassed by its exact route, as GET', () => {
    const bypass = [{ method: 'GET', route: '/live', proof: 'bearer token' }];
    const request = { method: 'GET', headers: { upgrade: 'websocket' } };
    expect(createCsrfCheck({ bypass }).check(request, { route: '/live' }).allowed).toBe(true);
    expect(createCsrfCheck({ bypass }).check(request, { route: '/other' }).allowed).toBe(false);
    expect(createCsrfCheck({ bypass }).check(request).allowed).toBe(false);
  });
});

describe('F15: own origins', () => {
  const www = 'https://www.example:8443';
  const several = createCsrfCheck({ origins: [own, www] });

  test('with several hosts, only those of the host asked for are own', () => {
    expect(several.check(post({ host: 'app.example', origin: own, cookie })).allowed).toBe(true);
    expect(several.check(post({ host: 'WWW.example:8443', origin: www })).allowed).toBe(true);
    expect(several.check(post({ host: 'app.example', origin: www }))).toEqual({
      allowed: false,
      rule: 'foreign-origin',
    });
  });

  test('a Host that is not configured makes nothing own', () => {
    expect(several.check(post({ host: 'evil.test', origin: 'https://evil.test' })).allowed).toBe(
      false,
    );
    expect(several.check(post({ host: 'evil.test', origin: own })).allowed).toBe(false);
    expect(several.check(post({ origin: own })).allowed).toBe(false);
  });

  test('the host may come from :authority, or from the adapter, which goes first', () => {
    expect(several.check(post({ ':authority': 'app.example', origin: own })).allowed).toBe(true);
    const web = new Headers({ origin: own });
    expect(several.check(post(web)).allowed).toBe(false);
    expect(several.check(post(web), { host: 'app.example' }).allowed).toBe(true);
    const behind = post({ host: '127.0.0.1:3000', origin: own });
    expect(several.check(behind, { host: 'app.example' }).allowed).toBe(true);
  });

  test('with one host, two schemes or a rewritten Host do no harm', () => {
    const { check } = createCsrfCheck({ origins: ['http://localhost', 'https://localhost'] });
    expect(check(post({ host: 'upstream', origin: 'http://localhost' })).allowed).toBe(true);
    expect(check(post({ host: 'upstream', origin: 'http://upstream' })).allowed).toBe(false);
  });

  test('not configured: fetch metadata alone decides, and a note says what to set', () => {
    const { check, notes } = createCsrfCheck({ trustedOrigins: ['https://pay.example'] });
    expect(check(post({ 'sec-fetch-site': 'same-origin', origin: own })).allowed).toBe(true);
    expect(check(post({ 'sec-fetch-site': 'cross-site', origin: own })).allowed).toBe(false);
    expect(check(post({ origin: 'https://pay.example' })).allowed).toBe(true);
    expect(check(post({ host: 'app.example', origin: own }))).toMatchObject({
      rule: 'origins-unset',
    });
    expect(check(post({ origin: 'null' }))).toMatchObject({ rule: 'foreign-origin' });
    expect(check(post({ cookie }))).toMatchObject({ rule: 'no-signal-with-cookie' });
    expect(check(post({})).allowed).toBe(true);
    expect(check({ method: 'GET', headers: { upgrade: 'websocket', origin: own } })).toMatchObject({
      rule: 'origins-unset',
    });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('csrf.origins is not set');
  });
});

describe('F29: counting and reporting', () => {
  test('report mode lets in, names the rule, counts it and tells the listener', () => {
    const told: CsrfRefusal[] = [];
    const csrf = createCsrfCheck({
      origins: [own],
      mode: 'report',
      onRefusal: (refusal) => told.push(refusal),
    });
    const headers = { 'sec-fetch-site': 'cross-site', origin: `https://${'e'.repeat(999)}.test` };
    const verdict = csrf.check(post(headers), { route: '/transfer' });
    expect(verdict).toEqual({ allowed: true, reported: 'cross-site' });
    expect(told).toEqual([
      {
        rule: 'cross-site',
        enforced: false,
        method: 'POST',
        route: '/transfer',
        origin: headers.origin.slice(0, 256),
        fetchSite: 'cross-site',
      },
    ]);
    expect(csrf.counts().get('cross-site')).toBe(1);
  });

  test('enforcing counts each refusal under its rule and nothing else', () => {
    const csrf = createCsrfCheck({ origins: [own] });
    csrf.check(post({ origin: 'null' }));
    csrf.check(post({ origin: 'null' }));
    csrf.check(post({ origin: own }));
    const counts = csrf.counts();
    expect([...counts.keys()]).toEqual(Object.keys(CSRF_RULES));
    expect([...counts].filter(([, count]) => count > 0)).toEqual([['foreign-origin', 2]]);
  });

  test('a listener that throws neither lets in nor breaks the check', () => {
    const { check } = createCsrfCheck({
      onRefusal() {
        throw new Error('log is full');
      },
    });
    expect(check(post({ 'sec-fetch-site': 'cross-site' })).allowed).toBe(false);
  });
});
