// What the programs beside this file share. They are JavaScript because they run the built library in
// processes of their own, where no TypeScript is loaded.

/**
 * A live record with plain values.
 * @param {string} id
 * @param {string} userId
 */
export function makeRecord(id, userId) {
  const now = Date.now();
  return {
    id,
    lineage: id,
    format: 1,
    revision: 0,
    userId,
    renewal: { generation: 0, hash: 'h'.repeat(43), since: now, pending: null, previous: null },
    createdAt: now,
    authenticatedAt: now,
    lastSeenAt: now,
    expiresAt: now + 3_600_000,
    replaced: false,
    remembered: false,
    factors: [],
    client: { userAgent: null, address: null },
    deviceKey: null,
    data: '{}',
  };
}

/**
 * A change that sets one key.
 * @param {string} key
 * @param {number} value
 */
export function setKey(key, value) {
  /** @type {ReadonlySet<string>} */
  const remove = new Set();
  return { set: new Map([[key, String(value)]]), remove };
}

/**
 * An error in one line, with what is under it.
 * @param {unknown} error
 */
export function describe(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
