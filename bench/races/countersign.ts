// Countersign by its `node:http` adapter. Its own clock is moved where the rivals have `Date` moved, and
// the idle limit is out of the way.

import { randomBytes } from 'node:crypto';

import { createSessions } from 'countersign';
import { withSession } from 'countersign/adapters/node';
import {
  answer,
  createShiftedClock,
  Gates,
  RenewalCounter,
  settle,
  SITE,
  startServer,
  visitOfCountersign,
  type Application,
  type Contender,
} from 'countersign-races';

import type { StoreSetting } from './countersign-stores.js';

export function countersignOn(setting: StoreSetting): Contender {
  const { name, mostNodes, bound } = setting;
  return {
    name: `Countersign, ${name}`,
    lacks: {},
    mostNodes,
    bound,
    start: async ({ nodes }) => start(setting, nodes),
  };
}

async function start(setting: StoreSetting, nodes: number): Promise<Application> {
  const clock = createShiftedClock();
  const gates = new Gates();
  const counter = new RenewalCounter();
  const stores = await setting.open(nodes, clock);
  const key = randomBytes(32);
  const started = await Promise.all(
    stores.members.map(async ({ store, network }) => {
      const sessions = createSessions({
        store: counter.watch(store),
        keys: [key],
        policy: { idle: '12h', absolute: '12h' },
        clock,
      });
      const options = { origins: [SITE], trustProxy: 1, onError: () => undefined };
      const server = await startServer(
        withSession(sessions, options, async (request, response) =>
          answer(request, response, { visit: visitOfCountersign(request.session), gates }),
        ),
      );
      return { ...server, sessions, ...(network === undefined ? {} : { network }) };
    }),
  );
  return {
    nodes: started,
    gates,
    advance: async (ms) => clock.advance(ms),
    renewals: () => counter.count,
    settled: async () => settle(started, stores.isSettled ?? (() => true)),
    stop: async () => {
      for (const node of started) await node.stop();
      for (const { sessions } of started) await sessions.close();
      await stores.close();
    },
  };
}
