// What every application on Countersign needs to take part, whichever build of the library it runs: only
// types are imported here.

import type { Session, SessionStore } from 'countersign';

import type { RenewalCount } from './contender.js';
import type { Visit } from './visit.js';

/** A session of Countersign as the routes see it. */
export function visitOfCountersign(session: Session<Record<string, unknown>>): Visit {
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

/** Counts what is renewed through stores. */
export class RenewalCounter {
  #offers = 0;
  #promotions = 0;

  get count(): RenewalCount {
    return { offers: this.#offers, promotions: this.#promotions };
  }

  /** The same store, counted. */
  watch(store: SessionStore): SessionStore {
    return alteredStore(store, {
      renew: async (id, from, to) => {
        const outcome = await store.renew(id, from, to);
        if (outcome === 'ok' && to.pending !== null) this.#offers += 1;
        if (outcome === 'ok' && to.generation > from.generation) this.#promotions += 1;
        return outcome;
      },
    });
  }
}

/** The same store but for these verbs. */
export function alteredStore(store: SessionStore, verbs: Partial<SessionStore>): SessionStore {
  return new Proxy(store, {
    get: (target, name): unknown => {
      if (Object.hasOwn(verbs, name)) return Reflect.get(verbs, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
