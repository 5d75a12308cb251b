// A signed-in browser through a whole move, as the application's nodes are replaced one by one.

import { describe, expect, it } from 'vitest';

import { createSessions, type Sessions, type SessionStore } from '../../../src/index.js';
import { twoStores } from './two-stores.js';

const KEY = 'an-example-key-of-more-than-32-bytes-0123456789';
const MINUTE = 60_000;

/** The steps of a move, each a node that runs in it; all share the two stores. */
function setUp() {
  const { clock, from, to, early, late } = twoStores();
  const node = (store: SessionStore): Sessions<{ a: string }> =>
    createSessions<{ a: string }>({ store, keys: [KEY], clock });
  const nodes = { before: node(from), early: node(early), late: node(late), after: node(to) };
  return { clock, from, to, nodes };
}

/** A request with a cookie, and the cookie that the browser has after it. */
async function visit(
  node: Sessions<{ a: string }>,
  cookie: string | null,
  act: (session: Awaited<ReturnType<typeof node.check>>) => unknown = () => undefined,
): Promise<{ readonly userId: string | null; readonly cookie: string | null }> {
  const session = await node.check(cookie);
  await act(session);
  let kept = cookie;
  for (const { name, value } of (await session.commit({ status: 200 })).cookies) {
    kept = `${name}=${value}`;
  }
  return { userId: session.userId, cookie: kept };
}

describe('through a move', () => {
  it('a signed-in browser stays signed in, is renewed, and keeps what it writes', async () => {
    const { clock, from, to, nodes } = setUp();
    let { cookie } = await visit(nodes.before, null, (session) => session.signIn('ada'));
    const cookies = new Set([cookie]);
    for (const node of [nodes.early, nodes.before, nodes.late, nodes.early, nodes.late]) {
      clock.advance(16 * MINUTE); // every other request is offered a new secret
      const answer = await visit(node, cookie, (session) => session.set('a', String(clock.now())));
      expect(answer.userId).toBe('ada');
      cookie = answer.cookie;
      cookies.add(cookie);
    }
    expect(cookies.size).toBe(4);
    const { data } = await nodes.late.check(cookie);
    expect(data.a).toBe(String(clock.now()));
    expect([from.size, to.size]).toEqual([1, 0]);
  });

  it('a sign-in during it is good on every node of the same two steps, and after it', async () => {
    const { nodes } = setUp();
    const { cookie } = await visit(nodes.late, null, (session) => session.signIn('ada'));
    for (const node of [nodes.early, nodes.late, nodes.after]) {
      expect((await visit(node, cookie)).userId).toBe('ada');
    }
  });

  it('a sign-in begun in one step ends in the next, unless all were signed out meanwhile', async () => {
    const { nodes } = setUp();
    const begun = await (await nodes.early.check(null)).beginSignIn('ada');
    const signIn = async (node: Sessions<{ a: string }>): Promise<unknown> =>
      (await node.check(null)).signIn('ada', { attempt: begun });
    expect(await signIn(nodes.late)).toMatchObject({ ok: true });
    await nodes.early.endUser('ada');
    for (const node of [nodes.early, nodes.late]) {
      expect(await signIn(node)).toEqual({ ok: false, reason: 'ended-meanwhile' });
    }
  });

  it('a sign-out on one node is seen by all', async () => {
    const { nodes } = setUp();
    const old = await visit(nodes.before, null, (session) => session.signIn('ada'));
    const young = await visit(nodes.late, null, (session) => session.signIn('ada'));
    await visit(nodes.late, old.cookie, (session) => session.signOut());
    await visit(nodes.early, young.cookie, (session) => session.signOut());
    for (const node of Object.values(nodes)) {
      for (const { cookie } of [old, young]) {
        expect((await visit(node, cookie)).userId).toBeNull();
      }
    }
  });

  it('the old store drains, and what is left in it can be ended before the last step', async () => {
    const { clock, from, nodes } = setUp();
    const { cookie } = await visit(nodes.before, null, (session) => session.signIn('ada'));
    const young = await visit(nodes.late, null, (session) => session.signIn('grace'));
    from.endEveryone();
    expect((await visit(nodes.late, cookie)).userId).toBeNull();
    expect((await visit(nodes.late, young.cookie)).userId).toBe('grace');
    await visit(nodes.late, null, (session) => session.signIn('ada'));
    clock.advance(MINUTE);
    expect(from.size).toBe(0);
  });
});
