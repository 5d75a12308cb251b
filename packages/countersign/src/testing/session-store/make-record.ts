// Session records for tests of stores: complete, and different only in what a test names.

import { RECORD_FORMAT, type SessionRecord } from '../../session/record.js';

/** A signed-in record with plain values; `fields` replace them. */
export function makeRecord(fields: Partial<SessionRecord> = {}): SessionRecord {
  const createdAt = fields.createdAt ?? 1_767_225_600_000;
  const id = fields.id ?? 'AAAAAAAAAAAAAAAAAAAAAAAA';
  return {
    id,
    lineage: id,
    format: RECORD_FORMAT,
    revision: 0,
    userId: 'user',
    renewal: {
      generation: 0,
      hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      since: createdAt,
      pending: null,
      previous: null,
    },
    createdAt,
    authenticatedAt: createdAt,
    lastSeenAt: createdAt,
    expiresAt: createdAt + 12 * 60 * 60 * 1000,
    replaced: false,
    remembered: false,
    factors: [{ kind: 'password', at: createdAt }],
    client: { userAgent: 'Mozilla/5.0', address: '192.0.2.1' },
    deviceKey: null,
    data: '{}',
    ...fields,
  };
}
