// One of the two stores is down. What needs it fails; nothing is believed by halves, and when the store
// is back everything is as it has to be.

import { describe, expect, it } from 'vitest';

import type { SessionStore } from '../../../src/session/store.js';
import { change, offered } from '../../../src/testing/session-store/store-case.js';
import { turn } from '../planted-faults/fault.js';
import { Breakable, twoStores } from './two-stores.js';

function setUp() {
  const breakables: Breakable[] = [];
  const stores = twoStores({
    between: (store) => {
      const breakable = new Breakable(store);
      breakables.push(breakable);
      return breakable.store;
    },
  });
  const [old, fresh] = breakables;
  if (old === undefined || fresh === undefined) throw new Error('two stores were to be made');
  return { ...stores, servers: { from: old, to: fresh } };
}

const SIDES = ['from', 'to'] as const;

describe.each(SIDES)('while the store `%s` is down', (down) => {
  const up = down === 'from' ? 'to' : 'from';

  it('no verb that needs it answers', async () => {
    const { early, late, servers, record } = setUp();
    const { id, renewal } = record();
    servers[down].isDown = true;
    const verbs: readonly ((node: SessionStore) => unknown)[] = [
      (node) => node.read(id),
      (node) => node.epoch('user'),
      (node) => node.patch(id, change({ a: 1 }), {}),
      (node) => node.renew(id, renewal, offered(renewal, 'a')),
      (node) => node.bind(id, null, 'key'),
      (node) => node.touch([{ id, seen: 1 }]),
      (node) => node.end([id]),
      (node) => node.endUser('user', {}),
      (node) => node.changeEpoch('user'),
      (node) => node.endEveryone(),
      (node) => node.list('user'),
      (node) => node.sweep(1),
      (node) => node.close(),
    ];
    for (const verb of verbs) {
      for (const node of [early, late]) {
        await expect(async () => verb(node)).rejects.toThrow('connection refused');
      }
    }
  });

  it('a sign-in fails and leaves no session behind', async () => {
    const { from, to, early, late, servers, record } = setUp();
    const epoch = await late.epoch('user');
    servers[down].isDown = true;
    for (const node of [early, late]) {
      for (const over of ['refuse', 'end-oldest'] as const) {
        const guard = { epoch, limit: { max: 3, over } };
        await expect(node.insert(record(), guard)).rejects.toThrow('connection refused');
      }
    }
    expect([...from.list('user'), ...to.list('user')]).toEqual([]);
  });

  it('a session in the other one is missing nowhere: it is read, or the read fails', async () => {
    const stores = setUp();
    const node = up === 'from' ? stores.early : stores.late;
    const mine = stores.record();
    await node.insert(mine, {});
    stores.servers[down].isDown = true;
    expect(await node.read(mine.id)).toEqual(mine);
    const other = up === 'from' ? stores.late : stores.early;
    await expect(async () => other.read(mine.id)).rejects.toThrow('connection refused');
  });

  it('endings reach the other one, and are owed until they reach both', async () => {
    const { early, late, servers, from, to, record } = setUp();
    const tickets = [await early.epoch('user'), await late.epoch('user')];
    await early.insert(record(), {});
    await late.insert(record(), {});
    servers[down].isDown = true;
    await expect(late.endUser('user', {})).rejects.toThrow('connection refused');
    expect({ from, to }[up].list('user')).toEqual([]);
    servers[down].isDown = false;
    // What that ending was to refuse is refused already, by nodes of both kinds.
    for (const epoch of tickets) {
      for (const node of [early, late]) {
        expect(await node.insert(record(), { epoch })).toEqual({ ok: false, reason: 'epoch' });
      }
    }
    expect(await late.endUser('user', {})).toHaveLength(1);
    expect(await early.list('user')).toEqual([]);
  });

  it('an ending of one session is done where it can be', async () => {
    const stores = setUp();
    const mine = stores.record();
    await (up === 'from' ? stores.early : stores.late).insert(mine, {});
    stores.servers[down].isDown = true;
    await expect(stores.late.end([mine.id])).rejects.toThrow('connection refused');
    expect({ from: stores.from, to: stores.to }[up].read(mine.id)).toBeNull();
  });
});

it('a store that fails at once does not keep an ending from the other one', async () => {
  const { from, to, early, late, record } = twoStores();
  const mine = record();
  await late.insert(mine, {});
  from.close();
  await expect(early.end([mine.id])).rejects.toThrow('closed');
  expect(to.read(mine.id)).toBeNull();
});

it('an ending that fails in one store does not answer before the other store has', async () => {
  const log: string[] = [];
  let answer = (): void => undefined;
  const { late } = twoStores({
    between: (store) => ({
      ...new Breakable(store).store,
      endUser: () =>
        log.push('asked') === 1
          ? Promise.reject(new Error('connection refused'))
          : new Promise((resolve) => {
              answer = () => resolve([]);
            }),
    }),
  });
  const ending = late.endUser('user', {}).catch(() => log.push('failed'));
  await turn();
  expect(log).toEqual(['asked', 'asked']);
  answer();
  await ending;
  expect(log).toEqual(['asked', 'asked', 'failed']);
});
