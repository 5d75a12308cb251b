// Countersign as a contender: the application that is raced, on nodes of this process that share a store.

import {
  answer,
  createShiftedClock,
  Gates,
  RENEWAL_TIMES,
  SITE,
  startServer,
  type Application,
  type Network,
  type NodeServer,
  type Visit,
} from 'countersign-races';

import { withSession } from '../../src/adapters/node.js';
import {
  createSessions,
  type Clock,
  type PolicyOptions,
  type Session,
  type SessionStore,
} from '../../src/index.js';
import { alteredStore } from './altered-store.js';

/** A kind of store, and how nodes come by it. */
export interface StoreSetting {
  readonly name: string;
  /** For how long after an ending a node may still say yes: 0, or what the near-cache promises. */
  readonly bound: number;
  /** Stores for so many nodes: they share their sessions, and begin without any. */
  open(nodes: number, clock: Clock): Promise<StoreGroup>;
}

export interface StoreGroup {
  readonly members: readonly StoreMember[];
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
  // So long a node waits whose network is down.
  storeTimeout: '500ms',
};

export async function startCountersign(
  setting: StoreSetting,
  { nodes }: { readonly nodes: 1 | 3 },
): Promise<Application> {
  const clock = createShiftedClock();
  const gates = new Gates();
  const renewals = { offers: 0, promotions: 0 };
  const group = await setting.open(nodes, clock);
  const started = await Promise.all(
    group.members.map(async ({ store, network }) => {
      const sessions = createSessions({
        store: countRenewals(store, renewals),
        keys: [KEY],
        policy: POLICY,
        clock,
      });
      const options = { origins: [SITE], trustProxy: 1, onError: () => undefined };
      const server: NodeServer = await startServer(
        withSession(sessions, options, async (request, response) =>
          answer(request, response, { visit: visitOf(request.session), gates }),
        ),
      );
      return { port: server.port, ...(network === undefined ? {} : { network }), server, sessions };
    }),
  );
  return {
    nodes: started,
    gates,
    advance: async (ms) => clock.advance(ms),
    renewals: () => ({ ...renewals }),
    stop: async () => {
      for (const { server } of started) await server.stop();
      for (const { sessions } of started) await sessions.close();
      await group.close();
    },
  };
}

function visitOf(session: Session<Record<string, unknown>>): Visit {
  return {
    userId: session.userId,
    get data() {
      return session.data;
    },
    set: (key, value) => session.set(key, value),
    increment: async (key) => {
      await session.update((data) => ({ ...data, [key]: Number(data[key] ?? 0) + 1 }));
    },
    signIn: async (userId, verify) => {
      const attempt = await session.beginSignIn(userId);
      await verify();
      return (await session.signIn(userId, { attempt })).ok;
    },
    signOut: async () => session.signOut(),
    endOthers: async () => void (await session.endOthers()),
    count: async () => (await session.list()).length,
  };
}

/** The same store; what is renewed through it is counted. */
function countRenewals(
  store: SessionStore,
  count: { offers: number; promotions: number },
): SessionStore {
  return alteredStore(store, {
    renew: async (id, from, to) => {
      const outcome = await store.renew(id, from, to);
      if (outcome === 'ok' && to.pending !== null) count.offers += 1;
      if (outcome === 'ok' && to.generation > from.generation) count.promotions += 1;
      return outcome;
    },
  });
}
