// The options of the adapters: what is unknown, wrong or contradicting is told at construction, with
// the remedy; what an operator should know is printed once.

import { afterEach, describe, expect, test, vi } from 'vitest';

import { sessionMiddleware } from '../../src/adapters/express.js';
import { Exchange } from '../../src/http/exchange.js';
import { readHttpOptions, type HttpOptions } from '../../src/http/options.js';
import { createWorld, OPTIONS, ORIGIN } from './fixture.js';

afterEach(() => vi.restoreAllMocks());

describe('a wrong option', () => {
  test.each<[string, unknown, RegExp]>([
    ['unknown', { origin: ORIGIN }, /^origin: is not an option here\. The options are: origins, /],
    ['a wrong origin', { origins: ['app.example'] }, /^csrf\.origins\[0\]: /],
    ['a text for origins', { origins: ORIGIN }, /^csrf\.origins: is not a list/],
    [
      'origins twice',
      { origins: [ORIGIN], csrf: { origins: [ORIGIN] } },
      /^origins: is set, and `csrf/,
    ],
    [
      'trusted ones twice',
      { trustedOrigins: [], csrf: { trustedOrigins: [] } },
      /^trustedOrigins: /,
    ],
    ['origins without a check', { origins: [ORIGIN], csrf: false }, /^origins: .* `csrf` is false/],
    ['trusted without a check', { trustedOrigins: [ORIGIN], csrf: false }, /^trustedOrigins: /],
    ['csrf: true', { csrf: true }, /^csrf: is not an object/],
    ['csrf: null', { csrf: null }, /^csrf: is not an object/],
    ['a wrong csrf mode', { csrf: { mode: 'off' } }, /^csrf\.mode: /],
    ['trustProxy: true', { trustProxy: true }, /^trustProxy: /],
    ['onError', { onError: 'log' }, /^onError: is not a function/],
    ['refusalPage', { refusalPage: '<h1>' }, /^refusalPage: is not a function/],
  ])('is refused: %s', (_, options, message) => {
    expect(() => readHttpOptions(options as HttpOptions)).toThrow(message);
    expect(() => readHttpOptions(options as HttpOptions)).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });

  test('left undefined is an option left out', () => {
    const nothing = { origins: undefined, csrf: undefined, trustProxy: undefined };
    expect(() => readHttpOptions({ ...nothing, onError: undefined })).not.toThrow();
  });
});

describe('start-up notes', () => {
  test('of the sessions and of the check are printed once, however many adapters there are', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { sessions } = createWorld({ cookie: { insecureDevelopment: true } });
    const bypass = [{ method: 'POST', route: '/only-here', proof: 'signature' }];
    for (let adapter = 0; adapter < 2; adapter += 1) {
      expect(
        new Exchange(sessions, readHttpOptions({ ...OPTIONS, csrf: { bypass } })),
      ).toBeDefined();
    }
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^cookie\.insecureDevelopment is on/), 'CountersignWarning'],
      [expect.stringMatching(/^csrf\.bypass: POST \/only-here is not/), 'CountersignWarning'],
    ]);
  });

  test('say that the check is off, and what to set where origins are missing', () => {
    expect(readHttpOptions({ csrf: false }).notes).toEqual([
      expect.stringMatching(/^csrf is false/),
    ]);
    expect(readHttpOptions({}).notes).toEqual([expect.stringMatching(/Set it to where/)]);
    expect(readHttpOptions(OPTIONS).notes).toEqual([]);
  });
});

describe('a request refused as forged', () => {
  const REQUEST = {
    cookie: undefined,
    userAgent: null,
    remoteAddress: undefined,
    encrypted: true,
    forwardedFor: undefined,
    forwardedProto: undefined,
  };

  test('is told once for each rule, with its sentence, since the client is told nothing', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { sessions } = createWorld();
    const exchange = new Exchange(sessions, readHttpOptions(OPTIONS));
    const headers = { 'sec-fetch-site': 'same-site', origin: 'https://sibling.example' };
    for (let time = 0; time < 2; time += 1) {
      expect(exchange.open({ ...REQUEST, method: 'POST', headers })).toMatchObject({
        status: 403,
      });
    }
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/forged: A sibling site .*onRefusal/), 'CountersignWarning'],
    ]);
  });
});

describe('an adapter refuses, naming what to write instead', () => {
  // Where types are not checked, as in plain JavaScript.
  const mount = (...given: unknown[]): unknown => Reflect.apply(sessionMiddleware, null, given);
  const { sessions } = createWorld();

  test.each([
    ['no sessions', [], /sessions: is not what createSessions gives\. Pass it first/],
    ['the options of createSessions', [{ keys: [] }], /sessions: is not what createSessions gives/],
    ['a handler for options', [sessions, () => undefined], /options: is not an object of options/],
    ['null for options', [sessions, null], /options: is not an object of options/],
  ])('%s', (_, given, message) => {
    expect(() => mount(...given)).toThrow(message);
  });
});
