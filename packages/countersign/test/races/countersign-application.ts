// Countersign as a contender: the application that is raced, on nodes of this process that share a store.

import {
  answer,
  createShiftedClock,
  Gates,
  RENEWAL_TIMES,
  RenewalCounter,
  settle,
  SITE,
  startServer,
  visitOfCountersign,
  type Application,
  type Network,
  type NodeServer,
} from 'countersign-races';

import { withSession } from '../../src/adapters/node.js';
import {
  createSessions,
  type Clock,
  type PolicyOptions,
  type SessionStore,
} from '../../src/index.js';

/** A kind of store, and how nodes come by it. */
export interface StoreSetting {
  readonly name: string;
  /** For how long after an ending a node may still say yes: 0, or what the near-cache promises. */
  readonly bound: number;
  /** Whether each node has a network between itself and its store. */
  readonly isDistant?: true;
  /** Stores for so many nodes: they share their sessions, and begin without any. */
  open(nodes: number, clock: Clock): Promise<StoreGroup>;
}

export interface StoreGroup {
  readonly members: readonly StoreMember[];
  /** Checks that a near-cache answered, all nodes together. Absent where there is none. */
  readonly hits?: () => number;
  /** Whether announcements arrive, where some are waited for. */
  readonly isSettled?: () => boolean;
  /** Lets go of what the stores do not own. They are closed by then. */
  close(): Promise<void>;
}

export interface StoreMember {
  readonly store: SessionStore;
  readonly network?: Network;
}

const KEY = 'an-example-key-of-more-than-32-bytes-0123456789';

const POLICY: PolicyOptions = {
  renewal: `${RENEWAL_TIMES.renewal}ms`,
  overlap: `${RENEWAL_TIMES.overlap}ms`,
  clockSkew: `${RENEWAL_TIMES.skew}ms`,
  idle: `${RENEWAL_TIMES.limit}ms`,
  absolute: `${RENEWAL_TIMES.limit}ms`,
  // A machine that is busy with other tests is not a store that is down.
  storeTimeout: '10s',
};

export interface CountersignApplication extends Application {
  /** Checks that a near-cache answered so far. */
  hits(): number;
  settled(): Promise<void>;
}

export interface CountersignOptions {
  readonly nodes: 1 | 3;
  /** Goes before what all races are run with. */
  readonly policy?: PolicyOptions;
}

export async function startCountersign(
  setting: StoreSetting,
  { nodes, policy = {} }: CountersignOptions,
): Promise<CountersignApplication> {
  const clock = createShiftedClock();
  const gates = new Gates();
  const counter = new RenewalCounter();
  const group = await setting.open(nodes, clock);
  const started = await Promise.all(
    group.members.map(async ({ store, network }) => {
      const sessions = createSessions({
        store: counter.watch(store),
        keys: [KEY],
        policy: { ...POLICY, ...policy },
        clock,
      });
      const options = { origins: [SITE], trustProxy: 1, onError: () => undefined };
      const server: NodeServer = await startServer(
        withSession(sessions, options, async (request, response) =>
          answer(request, response, { visit: visitOfCountersign(request.session), gates }),
        ),
      );
      return { port: server.port, ...(network === undefined ? {} : { network }), server, sessions };
    }),
  );
  return {
    nodes: started,
    gates,
    advance: async (ms) => clock.advance(ms),
    renewals: () => counter.count,
    settled: async () => settle(started, group.isSettled ?? (() => true)),
    hits: () => group.hits?.() ?? 0,
    stop: async () => {
      for (const { server } of started) await server.stop();
      for (const { sessions } of started) await sessions.close();
      await group.close();
    },
  };
}
