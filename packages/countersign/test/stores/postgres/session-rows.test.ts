import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { RECORD_FORMAT, type SessionRecord } from '../../../src/session/record.js';
import { fromRow, textsOf, toParameters } from '../../../src/stores/postgres/session-rows.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';

/** The column of a read, put together from the parameters of an insert as the server does it. */
function columnOf(record: SessionRecord): string {
  const [, , revision, createdAt, seenAt, expiresAt, replaced, deviceKey, renewal, facts, data] =
    toParameters(record);
  const parts = [revision, createdAt, seenAt, expiresAt, Number(replaced)];
  return `[${[...parts, deviceKey ?? 'null', renewal, facts, data].join(',')}]`;
}

const text = fc.string({ unit: 'binary', maxLength: 40 });
const time = fc.nat(2 ** 42);

const records: fc.Arbitrary<SessionRecord> = fc.record({
  id: fc.string({ unit: fc.constantFrom('a', 'B', '0', '-', '_'), minLength: 24, maxLength: 24 }),
  lineage: text,
  format: fc.constant(RECORD_FORMAT),
  revision: fc.nat(),
  userId: fc.option(text),
  renewal: fc.record({
    generation: fc.nat(),
    hash: text,
    since: time,
    pending: fc.option(fc.record({ hash: text, keyId: text })),
    previous: fc.option(fc.record({ hash: text, until: time })),
  }),
  createdAt: time,
  authenticatedAt: fc.option(time),
  lastSeenAt: time,
  expiresAt: time,
  replaced: fc.boolean(),
  remembered: fc.boolean(),
  factors: fc.array(fc.record({ kind: text, at: time }), { maxLength: 4 }),
  client: fc.record({ userAgent: fc.option(text), address: fc.option(text) }),
  deviceKey: fc.option(text),
  data: fc.constant('{"cart":[1,2]}'),
});

describe('records as rows', () => {
  test('every record comes back whole', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(fromRow(record.id, columnOf(record))).toEqual(record);
      }),
    );
  });

  test('a record that was read is frozen all the way down', () => {
    const record = fromRow('id', columnOf(makeRecord({ deviceKey: 'key' })));
    const parts = [record, record.renewal, record.factors, record.factors[0], record.client];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
  });

  test('parameters hold nothing that a text column refuses', () => {
    fc.assert(
      fc.property(records, (record) => {
        for (const value of toParameters(record)) {
          if (typeof value !== 'string') continue;
          expect(value).not.toContain('\u0000');
          expect(Buffer.from(value).toString()).toBe(value);
        }
      }),
    );
  });

  test('a record of a newer format is refused', () => {
    const column = columnOf(makeRecord({ format: RECORD_FORMAT + 1 }));
    expect(() => fromRow('id', column)).toThrow('format');
  });

  test.each([
    ['no text', 1],
    ['no array', '{}'],
    ['an empty array', '[]'],
    ['a renewal of another layout', columnOf(makeRecord()).replace('[0,17672', '["0",17672')],
    ['data of another layout', columnOf(makeRecord()).replace(/\{\}\]$/, '[]]')],
    ['a number that is none', columnOf(makeRecord()).replace('[0,', '["0",')],
    ['a device key that is none', columnOf(makeRecord()).replace(',0,null,', ',0,1,')],
  ])('a row is refused that is %s', (_, column) => {
    expect(() => fromRow('id', column)).toThrow(TypeError);
  });

  test('ids come as a JSON array of texts', () => {
    expect(textsOf('["a","b"]')).toEqual(['a', 'b']);
    for (const column of ['{}', '[1]', 'null', null])
      expect(() => textsOf(column)).toThrow(TypeError);
  });
});
