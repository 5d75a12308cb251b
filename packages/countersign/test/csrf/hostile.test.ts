// Whatever a client writes into its headers, the check neither throws nor lets a forged request in.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createCsrfCheck } from '../../src/csrf/check.js';

const own = 'https://app.example';

describe('hostile headers', () => {
  const trusted = 'https://pay.example';
  const { check } = createCsrfCheck({ origins: [own], trustedOrigins: [trusted] });
  const origins = fc.constantFrom(own, 'null', 'http://app.example', `${own}, ${trusted}`);
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), origins);
  const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constantFrom(undefined, null));
  const headers = fc.record({
    origin: value,
    cookie: value,
    host: value,
    upgrade: value,
    referer: value,
    get: fc.oneof(text, fc.constant(undefined)),
    ':protocol': value,
    ':authority': value,
  });
  const method = fc.oneof(fc.constantFrom('POST', 'PUT', 'DELETE', 'CONNECT'), fc.string());

  test('a cross-site request never gets in without a trusted origin, and nothing throws', () => {
    const foreign = fc.constantFrom('cross-site', 'same-site');
    fc.assert(
      fc.property(method, headers, foreign, (name, random, fetchSite) => {
        fc.pre(!['GET', 'HEAD', 'OPTIONS'].includes(name));
        const request = { method: name, headers: { ...random, 'sec-fetch-site': fetchSite } };
        const isUpgrade = `${String(random.upgrade)} ${String(random[':protocol'])}`.includes(
          'websocket',
        );
        fc.pre(!isUpgrade);
        expect(check(request).allowed).toBe(String(random.origin) === trusted);
      }),
      { numRuns: 5_000 },
    );
  });

  test('without a known Sec-Fetch-Site only an exact own or trusted Origin, or silence, gets in', () => {
    const junk = value.filter((sent) => !['same-origin', 'none'].includes(String(sent)));
    fc.assert(
      fc.property(headers, junk, (random, fetchSite) => {
        const verdict = check({
          method: 'POST',
          headers: { ...random, 'sec-fetch-site': fetchSite },
        });
        const isSilent = [fetchSite, random.origin, random.cookie].every(
          (sent) =>
            sent === undefined || sent === null || (Array.isArray(sent) && sent.length === 0),
        );
        const isKnown = [own, trusted].includes(String(random.origin));
        if (verdict.allowed) expect(isKnown || isSilent).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
