import { expect, test } from 'vitest';

import { boundedFetch, MAX_ANSWER_BYTES, type OidcFetch } from '../../src/accounts/oidc-fetch.js';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.js';

const ENDPOINT = 'https://id.example.com/token';

function bounded(fetch: OidcFetch, clock: FakeClock = createFakeClock()): OidcFetch {
  return boundedFetch({ fetch, allowInsecure: false, timeoutMs: 5_000, clock });
}

const answering =
  (body: ConstructorParameters<typeof Response>[0], init?: ResponseInit): OidcFetch =>
  () =>
    Promise.resolve(new Response(body, init));

test('an answer comes with status, headers and body, and leaves no timer', async () => {
  const clock = createFakeClock();
  const fetch = bounded(answering('{"a":1}', { status: 401, headers: { 'x-y': 'z' } }), clock);
  const response = await fetch(ENDPOINT, {});
  expect([response.status, response.headers.get('x-y')]).toEqual([401, 'z']);
  expect(await response.json()).toEqual({ a: 1 });
  expect(clock.waiting).toBe(0);
});

test.each([204, 304])('an answer %d, which has no body, comes as such', async (status) => {
  expect((await bounded(answering(null, { status }))(ENDPOINT, {})).status).toBe(status);
});

test('an answer is taken up to its bound, and not a byte more', async () => {
  const whole = await bounded(answering(new Uint8Array(MAX_ANSWER_BYTES)))(ENDPOINT, {});
  expect((await whole.arrayBuffer()).byteLength).toBe(MAX_ANSWER_BYTES);
  await expect(
    bounded(answering(new Uint8Array(MAX_ANSWER_BYTES + 1)))(ENDPOINT, {}),
  ).rejects.toMatchObject({
    reason: 'unavailable',
    message: 'an answer of the provider is too large',
  });
});

test('a fetch that never answers, and heeds no signal, is given up exactly at the limit', async () => {
  const clock = createFakeClock();
  let signal: AbortSignal | null | undefined;
  const fetch = bounded((_url, init) => {
    signal = init.signal;
    return new Promise(() => undefined);
  }, clock);
  const outcomes: unknown[] = [];
  const answer = fetch(ENDPOINT, {}).catch((error: unknown) => outcomes.push(error));
  clock.advance(4_999);
  await Promise.resolve();
  expect([outcomes.length, signal?.aborted]).toEqual([0, false]);
  clock.advance(1);
  await answer;
  expect(outcomes).toEqual([expect.objectContaining({ reason: 'unavailable' })]);
  expect(signal?.aborted).toBe(true);
});

test('no redirect is followed, whatever was asked', async () => {
  let asked: RequestInit = {};
  const fetch = bounded((_url, init) => {
    asked = init;
    return Promise.resolve(new Response(null, { status: 307, headers: { location: '/' } }));
  });
  expect((await fetch(ENDPOINT, { redirect: 'follow' })).status).toBe(307);
  expect(asked.redirect).toBe('manual');
});

test.each(['http://id.example.com/', 'http://localhost/', 'file:///etc/passwd', 'data:,a', 'id'])(
  '%s is never fetched',
  async (url) => {
    let asked = false;
    const fetch = bounded(() => {
      asked = true;
      return Promise.resolve(new Response());
    });
    await expect(fetch(url, {})).rejects.toMatchObject({ reason: 'unavailable' });
    expect(asked).toBe(false);
  },
);

test('what a fetch throws is told without its words', async () => {
  const fetch = bounded(() => Promise.reject(new Error('secret-marker')));
  await expect(fetch(ENDPOINT, {})).rejects.toMatchObject({
    reason: 'unavailable',
    message: 'the provider cannot be reached',
  });
});
