// A copy of a record that can be handed out without copying again: deeply frozen, and built field by field,
// so that all records have one shape (fast to read).

import type { RenewalState, SessionRecord } from '../session/record.js';

export function freezeRecord(record: SessionRecord): SessionRecord {
  return Object.freeze({
    id: record.id,
    lineage: record.lineage,
    format: record.format,
    revision: record.revision,
    userId: record.userId,
    renewal: freezeRenewal(record.renewal),
    createdAt: record.createdAt,
    authenticatedAt: record.authenticatedAt,
    lastSeenAt: record.lastSeenAt,
    expiresAt: record.expiresAt,
    replaced: record.replaced,
    remembered: record.remembered,
    factors: Object.freeze(record.factors.map(({ kind, at }) => Object.freeze({ kind, at }))),
    client: Object.freeze({ userAgent: record.client.userAgent, address: record.client.address }),
    deviceKey: record.deviceKey,
    data: record.data,
  });
}

export function freezeRenewal(state: RenewalState): RenewalState {
  const { generation, hash, since, pending, previous } = state;
  return Object.freeze({
    generation,
    hash,
    since,
    pending: pending && Object.freeze({ hash: pending.hash, keyId: pending.keyId }),
    previous: previous && Object.freeze({ hash: previous.hash, until: previous.until }),
  });
}
