// Refusals: their status, what they say to whom, and a page of the application's own.

import { describe, expect, test, vi } from 'vitest';

import { CountersignError, ERROR_TABLE, type ErrorCode } from '../../src/index.js';
import { createFailureReport } from '../../src/http/failure-report.js';
import { bodyFor, replaceHead } from '../../src/http/refusal-response.js';
import { Refusals, type RefusalFacts } from '../../src/http/refusal.js';
import { createFakeClock } from '../../src/testing/index.js';

const quiet = new Refusals({ page: undefined, disclose: false });

describe('a refusal', () => {
  test.each(Object.keys(ERROR_TABLE) as ErrorCode[])(
    'for %s has the status of the table',
    (code) => {
      const refusal = quiet.failed(new CountersignError(code, 'with details'));
      expect(refusal.status).toBe(ERROR_TABLE[code].status);
      expect(refusal.reason).toBe(code);
      expect(refusal.body).not.toContain('details');
      expect(refusal.headers['Retry-After']).toBe(refusal.status === 503 ? '5' : undefined);
      expect(refusal.headers['Cache-Control']).toBe('no-store');
    },
  );

  test('for any other error is a 500 that says nothing of it, in development neither', () => {
    for (const disclose of [true, false]) {
      const refusals = new Refusals({ page: undefined, disclose });
      const refusal = refusals.failed(new TypeError('secret'));
      expect(refusal.status).toBe(500);
      expect(refusal.body).not.toContain('secret');
    }
  });

  test('may be a page of the application', () => {
    const seen: RefusalFacts[] = [];
    const refusals = new Refusals({
      page: (facts) => {
        seen.push(facts);
        return { type: 'text/html', body: `<h1>${facts.status}</h1>` };
      },
      disclose: false,
    });
    const refusal = refusals.forged('cross-site');
    expect(refusal.body).toBe('<h1>403</h1>');
    expect(refusal.headers['Content-Type']).toBe('text/html');
    expect(seen).toMatchObject([{ status: 403, reason: 'cross-site' }]);
  });

  test('is plain text where that page throws', () => {
    const page = (): never => {
      throw new Error('template missing');
    };
    expect(new Refusals({ page, disclose: false }).forged('cross-site').body).toBe('Forbidden\n');
  });
});

describe('a response that carries a refusal instead', () => {
  test('loses what described the other content, and keeps the rest', () => {
    const headers = new Map<string, unknown>();
    for (const name of [
      'content-type',
      'Content-Length',
      'Content-Encoding',
      'ETag',
      'Last-Modified',
      'Location',
      'Set-Cookie',
      'Cache-Control',
      'Transfer-Encoding',
    ])
      headers.set(name, 'theirs');
    const kept = ['Content-Security-Policy', 'Access-Control-Allow-Origin', 'Vary', 'X-Request-Id'];
    for (const name of kept) headers.set(name, 'kept');
    const response = {
      statusCode: 200,
      statusMessage: 'Fine',
      getHeaderNames: () => [...headers.keys()],
      removeHeader: (name: string) => void headers.delete(name),
      setHeader: (name: string, value: unknown) => headers.set(name, value),
    };
    const refusal = quiet.forged('cross-site');
    replaceHead(response as unknown as Parameters<typeof replaceHead>[0], refusal);
    expect(response).toMatchObject({ statusCode: 403, statusMessage: '' });
    expect([...headers]).toEqual([
      ...kept.map((name) => [name, 'kept']),
      ...Object.entries(refusal.headers),
    ]);
    expect(bodyFor('HEAD', refusal)).toBeUndefined();
    expect(bodyFor('GET', refusal)).toBe('Forbidden\n');
  });
});

describe('the report of failures', () => {
  test('goes to onError each time, and survives what that throws', () => {
    const onError = vi.fn<(error: unknown) => void>(() => {
      throw new Error('log is full');
    });
    const report = createFailureReport(createFakeClock(), onError);
    report('first');
    report('second');
    expect(onError.mock.calls).toEqual([['first'], ['second']]);
  });

  test('is a process warning at most once a minute otherwise', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const clock = createFakeClock();
    const report = createFailureReport(clock, undefined);
    report(new Error('outer', { cause: new Error('inner') }));
    clock.advance(59_999);
    report(new Error('not told'));
    clock.advance(1);
    report('told');
    expect(warn.mock.calls.map(([text]) => String(text).split('. ', 1)[0])).toEqual([
      'A request failed: outer: inner',
      'A request failed: told',
    ]);
    warn.mockRestore();
  });
});
