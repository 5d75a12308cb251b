// A store with some of its verbs replaced: to count what goes through it, or to plant a fault.

import type { SessionStore } from '../../src/index.js';

/** The same store but for these verbs. */
export function alteredStore(store: SessionStore, verbs: Partial<SessionStore>): SessionStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (Object.hasOwn(verbs, name)) return Reflect.get(verbs, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
