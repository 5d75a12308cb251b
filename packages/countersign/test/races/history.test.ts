// The judge over histories: made-up good ones pass, made-up bad ones are found out, and one that proves
// nothing is refused.

import { findLateAcceptances, spreadOf, type History, type RequestEntry } from 'countersign-races';
import { describe, expect, test } from 'vitest';

function request(start: number, accepted: boolean, more: Partial<RequestEntry> = {}): RequestEntry {
  return { session: 's', node: 1, start, finish: start + 5, accepted, ...more };
}

const ENDING = { session: 's', asked: 100, returned: 110 };

function history(...requests: readonly RequestEntry[]): History {
  return { requests: [request(90, true), ...requests], endings: [ENDING] };
}

describe('a history without late acceptances', () => {
  test('has refusals only, once the ending has returned', () => {
    const good = history(request(95, true), request(111, false), request(300, false));
    expect(findLateAcceptances(good, 0)).toEqual([]);
  });

  test('may accept what started before the ending returned, however late it was answered', () => {
    const underWay = request(110, true, { finish: 900 });
    expect(findLateAcceptances(history(underWay, request(111, false)), 0)).toEqual([]);
  });

  test('may accept until the bound, to the millisecond', () => {
    expect(findLateAcceptances(history(request(1_110, true)), 1_000)).toEqual([]);
  });

  test('is not spoiled by another session', () => {
    const other = request(500, true, { session: 't' });
    expect(findLateAcceptances(history(request(111, false), other), 0)).toEqual([]);
  });
});

describe('a late acceptance is found', () => {
  test('right after the ending', () => {
    const bad = request(110.5, true);
    expect(findLateAcceptances(history(request(111, false), bad), 0)).toEqual([
      { request: bad, after: 0.5 },
    ]);
  });

  test('past the bound', () => {
    const bad = request(1_110.1, true);
    const found = findLateAcceptances(history(request(500, true), bad), 1_000);
    expect(found.map((late) => late.request)).toEqual([bad]);
  });

  test('after refusals: a session that came back', () => {
    const bad = request(400, true);
    const found = findLateAcceptances(history(request(111, false), request(300, false), bad), 0);
    expect(found.map((late) => late.request)).toEqual([bad]);
  });

  test('on one node of several', () => {
    const bad = request(400, true, { node: 2 });
    const found = findLateAcceptances(history(request(111, false), bad), 0);
    expect(found.map((late) => late.request.node)).toEqual([2]);
  });

  test('after the first of two endings', () => {
    const bad = request(150, true);
    const { requests } = history(bad, request(300, false));
    const endings = [{ ...ENDING, asked: 200, returned: 210 }, ENDING];
    expect(findLateAcceptances({ requests, endings }, 0)).toHaveLength(1);
  });
});

describe('a history that proves nothing is refused', () => {
  test.each<[string, History]>([
    ['without a request after the ending', history(request(105, true))],
    ['without a yes before the ending', { requests: [request(111, false)], endings: [ENDING] }],
    ['with an ending that never returned', history(request(111, false, { start: Number.NaN }))],
    ['with a request that ends before it begins', history(request(111, false, { finish: 1 }))],
  ])('%s', (_, bad) => {
    expect(() => findLateAcceptances(bad, 0)).toThrow(RangeError);
  });
});

test('percentiles are by nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, position) => 200 - position);
  expect(spreadOf(values)).toEqual({ p50: 100, p99: 198, max: 200 });
  expect(spreadOf([7])).toEqual({ p50: 7, p99: 7, max: 7 });
});
