// Session data: what may be kept, changed keys only, atomic updates, anonymous visitors.

import { describe, expect, it } from 'vitest';

import { createFixture, type Browser, type Data } from './fixture.js';

async function refusal(browser: Browser, value: unknown): Promise<unknown> {
  const session = await browser.send();
  try {
    Reflect.apply(session.set, session, ['a', value]);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('session data', () => {
  it('is read back frozen, and undefined where nothing is', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await laptop.visit((session) => session.set('cart', ['tea']));
    const { data } = await laptop.send();
    expect(data).toEqual({ cart: ['tea'] });
    expect(data.a).toBeUndefined();
    expect(Object.isFrozen(data) && Object.isFrozen(data.cart)).toBe(true);
  });

  it('keeps what two overlapping requests set under different keys (promise 2)', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const [one, two] = [await laptop.send(), await laptop.send()];
    one.set('a', 'one');
    two.set('b', 2);
    await Promise.all([one.commit({ status: 200 }), two.commit({ status: 200 })]);
    expect((await laptop.send()).data).toEqual({ a: 'one', b: 2 });
  });

  it('forgets a deleted key, and gives a taken one once', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await laptop.visit((session) => {
      session.set('a', 'x');
      session.set('note', 'saved');
    });
    await laptop.visit((session) => {
      expect(session.take('note')).toBe('saved');
      expect(session.take('note')).toBeUndefined();
      session.delete('a');
    });
    expect((await laptop.send()).data).toEqual({});
  });

  it('drops staged changes when the answer is a 500, and keeps those of an update', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await laptop.visit(async (session) => {
      session.set('a', 'staged');
      await session.update((data) => ({ ...data, b: 1 }));
    }, 500);
    expect((await laptop.send()).data).toEqual({ b: 1 });
  });

  it('counts a hundred parallel updates exactly', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    await Promise.all(
      Array.from({ length: 100 }, async () =>
        (await laptop.send()).update((data) => ({ ...data, b: (data.b ?? 0) + 1 })),
      ),
    );
    expect((await laptop.send()).data.b).toBe(100);
  });

  it('is updated again after a change that never answers (5 s)', async () => {
    const { browser, clock } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    void (await laptop.send()).update(async () => new Promise(() => undefined));
    const next = (await laptop.send()).update((data) => ({ ...data, b: 1 }));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(4_999);
    expect((await laptop.send()).data.b).toBeUndefined();
    clock.advance(1);
    expect((await next).b).toBe(1);
  });

  it('refuses an update inside an update, and does not wait for ever', async () => {
    const { browser, clock } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const session = await laptop.send();
    const nested = session.update(async (data) => {
      await session.update((inner) => ({ ...inner, b: (inner.b ?? 0) + 1 }));
      return { ...data, a: 'outer' };
    });
    const outcome = expect(nested).rejects.toMatchObject({
      code: 'update-contended',
      message: expect.stringContaining('inside an update') as unknown,
    });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5_000);
    await outcome;
  });

  it('commits nothing for a session that ended meanwhile, and says so', async () => {
    const { sessions, browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const slow = await laptop.send();
    slow.set('a', 'late');
    await sessions.endUser('user-1');
    expect(await slow.commit({ status: 200 })).toMatchObject({
      ok: false,
      reason: 'session-ended',
    });
    await expect(slow.update((data) => data)).rejects.toMatchObject({ code: 'session-ended' });
    expect(await sessions.list('user-1')).toEqual([]);
  });

  it('gives up an update that always loses, with a clear error', async () => {
    const { browser } = createFixture({
      override: () => ({ patch: () => 'conflict' }),
    });
    const laptop = browser();
    await laptop.signIn();
    const session = await laptop.send();
    await expect(session.update((data) => ({ ...data, b: 1 }))).rejects.toMatchObject({
      code: 'update-contended',
      status: 503,
    });
  });

  it('makes an anonymous session for a visitor only when something is kept', async () => {
    const { events, browser } = createFixture();
    const visitor = browser();
    await visitor.visit((session) => session.set('cart', ['tea']));
    expect([...visitor.jar.keys()]).toEqual(['__Host-pre']);
    await visitor.visit(async (session) => session.update((data) => ({ ...data, b: 1 })));
    expect((await visitor.send()).data).toEqual({ cart: ['tea'], b: 1 });
    expect(events).toEqual(['created']);
  });

  it("stages a visitor's update, which comes into being at commit", async () => {
    const { browser } = createFixture();
    const visitor = browser();
    await visitor.visit(async (session) => {
      expect(await session.update(() => ({ b: 1 }))).toEqual({ b: 1 });
    });
    expect((await visitor.send()).data).toEqual({ b: 1 });
  });

  it("takes away what a visitor's update leaves out of what was staged before", async () => {
    const session = await createFixture().browser().send();
    session.set('a', 'x');
    session.set('b', 1);
    await session.update(({ b }) => (b === undefined ? {} : { b }));
    expect(session.data).toEqual({ b: 1 });
  });

  it("counts a visitor's parallel updates exactly (promise 2)", async () => {
    const visitor = createFixture().browser();
    await visitor.visit(async (session) =>
      Promise.all(
        Array.from({ length: 10 }, async () =>
          session.update(async (data) => {
            await new Promise((resolve) => setImmediate(resolve));
            return { ...data, b: (data.b ?? 0) + 1 };
          }),
        ),
      ),
    );
    expect((await visitor.send()).data.b).toBe(10);
  });

  it("says so when the response begins during a visitor's update, rather than lose it", async () => {
    const session = await createFixture().browser().send();
    const late = session.update(async (data) => {
      await new Promise((resolve) => setImmediate(resolve));
      return { ...data, b: 1 };
    });
    session.freeze();
    await expect(late).rejects.toMatchObject({ code: 'response-started' });
  });

  it('stays signed out when an update that began before comes to its end', async () => {
    const laptop = createFixture().browser();
    await laptop.signIn();
    const session = await laptop.send();
    const update = session.update((data) => ({ ...data, b: 1 }));
    await Promise.allSettled([session.signOut(), update]);
    expect(session.userId).toBeNull();
    expect(session.data).toEqual({});
  });

  it('keeps to the new session when an update of the one before comes to its end', async () => {
    const laptop = createFixture().browser();
    await laptop.signIn('ann');
    await laptop.visit(async (session) => {
      let letGo = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const before = session.id;
      const update = session.update(async (data) => {
        await gate;
        return { ...data, b: 1 };
      });
      await session.reauthenticate({ factors: ['totp'] });
      letGo();
      await update;
      expect(session.id).not.toBe(before);
      session.set('a', 'new');
    });
    expect((await laptop.send()).data).toEqual({ a: 'new' });
  });

  it('throws when the response has begun, except from update', async () => {
    const { browser } = createFixture();
    const laptop = browser();
    await laptop.signIn();
    const session = await laptop.send();
    session.freeze();
    expect(() => session.set('a', 'x')).toThrow(
      expect.objectContaining({ code: 'response-started' }),
    );
    await expect(session.signIn('user-2')).rejects.toMatchObject({ code: 'response-started' });
    expect(await session.update((data) => ({ ...data, b: 7 }))).toEqual({ b: 7 });
  });
});

describe('session data refuses what would not come back as it is', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['undefined', undefined, /a is a undefined/],
    ['a function', () => 1, /a is a function/],
    ['a bigint', 1n, /a is a bigint/],
    ['NaN', { x: [Number.NaN] }, /a\.x\[0\] is NaN/],
    ['a Date', new Date(0), /a is neither a plain object nor an array/],
    ['a Map', new Map(), /a is neither a plain object nor an array/],
    ['a circle', circle, /nests deeper than 100 levels, or contains itself/],
    ['a hole', [1, undefined], /a\[1\] is a undefined/],
  ];
  it.each(cases)('%s', async (_, value, message) => {
    const { browser } = createFixture();
    expect(await refusal(browser(), value)).toMatchObject({
      code: 'data-invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it('more than maxDataBytes, counted in UTF-8', async () => {
    const { browser } = createFixture({ policy: { maxDataBytes: 20 } });
    const visitor = browser();
    expect(await refusal(visitor, 'é'.repeat(6))).toBeUndefined();
    expect(await refusal(visitor, 'é'.repeat(7))).toMatchObject({ code: 'data-too-large' });
  });

  it('what the schema refuses', async () => {
    const { browser } = createFixture({
      data: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) =>
            JSON.stringify(value).includes('bad')
              ? { issues: [{ message: 'must be good', path: ['a'] }] }
              : {
                  value: JSON.parse(
                    JSON.stringify(value).toUpperCase().replaceAll('"A"', '"a"'),
                  ) as Data,
                },
        },
      },
    });
    const visitor = browser();
    expect(await refusal(visitor, 'bad')).toMatchObject({
      code: 'data-invalid',
      message: 'Session data: a must be good',
    });
    await visitor.visit((session) => session.set('a', 'good'));
    expect((await visitor.send()).data).toEqual({ a: 'GOOD' });
  });
});

describe('session data keeps every JSON shape', () => {
  it.each([
    ['empty containers', { list: [], object: {} }],
    ['numbers', [0, -1, 1e21, 2 ** 53 - 1, 1.5]],
    ['text', ['', '\u0000', '\u2028', '😀', '\ud800', '"\\']],
    ['names that JavaScript knows', JSON.parse('{"__proto__":1,"constructor":2}')],
  ])('%s', async (_, value) => {
    const { browser } = createFixture();
    const visitor = browser();
    await visitor.visit((session) => {
      Reflect.apply(session.set, session, ['a', value]);
    });
    const stored: Data['a'] | undefined = (await visitor.send()).data.a;
    expect(JSON.stringify(stored)).toBe(JSON.stringify(value));
  });
});
