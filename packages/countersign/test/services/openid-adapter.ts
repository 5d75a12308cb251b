// What `oidc-provider` keeps, in maps that outlive one instance of it: a provider that changes its keys is
// a new instance with the same memory. Nothing expires by itself; the package looks at `exp`.

import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Of one provider: a factory for its adapters. */
export function openIdMemory(): (model: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  return (model) => {
    const prefix = `${model}:`;
    const findBy = (matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
      for (const [key, payload] of kept)
        if (key.startsWith(prefix) && matches(payload)) return payload;
      return undefined;
    };
    return {
      upsert: async (id, payload) => void kept.set(prefix + id, payload),
      find: async (id) => kept.get(prefix + id),
      findByUserCode: async (userCode) => findBy((payload) => payload.userCode === userCode),
      findByUid: async (uid) => findBy((payload) => payload.uid === uid),
      consume: async (id) => {
        const payload = kept.get(prefix + id);
        if (payload !== undefined)
          kept.set(prefix + id, { ...payload, consumed: Math.floor(Date.now() / 1_000) });
      },
      destroy: async (id) => void kept.delete(prefix + id),
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
      },
    };
  };
}
