import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseData } from '../../../src/session/data.js';
import type { SessionRecord } from '../../../src/session/record.js';
import { dataOf, frameHead, frameValue, framesOf } from '../../../src/stores/redis/data-frames.js';
import { DecodedRecords } from '../../../src/stores/redis/decoded-records.js';
import {
  decodeWords,
  decodeText,
  decodeTime,
  encodeWords,
  encodeText,
  encodeTime,
} from '../../../src/stores/redis/field-text.js';
import {
  decodeRecord,
  encodeRecord,
  encodeRenewal,
  isUnderBase,
  renewalStart,
} from '../../../src/stores/redis/record-text.js';
import { makeRecord } from '../../../src/testing/session-store/make-record.js';

const BASE = 'base-123';
const CONTROL = /[\u0000-\u001f]/;

const time = fc.integer({ min: 1_577_836_800_000, max: 4_300_000_000_000 });
/** Any text that UTF-8 can hold, much of it hostile. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\0', '\x1d', '\x1e', '\x1f', '\\', '"', 'u0000', '{', '漢') }),
  fc.constantFrom('', '\\', '\\\\', 'null', '__proto__', '\ufeffa', 'e\u0301', 'x'.repeat(1_024)),
);
const json = fc.oneof(
  fc.jsonValue({ stringUnit: 'grapheme' }),
  fc.constantFrom(
    [],
    {},
    [[], {}],
    2 ** 53 - 1,
    -0.5,
    1e300,
    '9007199254740993',
    '\0\u2028',
    '\ud800',
  ),
);
const data = fc
  .dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '0', 'a:b')), json)
  .map((value) => JSON.stringify(value));

const record: fc.Arbitrary<SessionRecord> = fc
  .record({
    lineage: fc.option(text),
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
    factors: fc.array(fc.record({ kind: text, at: time }), { maxLength: 3 }),
    client: fc.record({ userAgent: fc.option(text), address: fc.option(text) }),
    deviceKey: fc.option(text),
    data,
  })
  .map(({ lineage, ...fields }) => {
    const plain = makeRecord(fields);
    return { ...plain, lineage: lineage ?? plain.id };
  });

function store({ head, tail }: { readonly head: string; readonly tail: string }): string {
  // As it comes back from a server: by way of UTF-8.
  return Buffer.from(head + BASE + tail, 'utf8').toString('utf8');
}

describe('a record as text', () => {
  it('comes back whole, whatever is in it', () => {
    fc.assert(
      fc.property(record, (original) => {
        const decoded = decodeRecord(original.id, store(encodeRecord(original)));
        expect({ ...decoded, data: null }).toEqual({ ...original, data: null });
        expect(parseData(decoded.data)).toEqual(parseData(original.data));
      }),
    );
  });

  it('comes back deeply frozen', () => {
    const original = makeRecord({
      renewal: {
        generation: 0,
        hash: 'h',
        since: Date.now(),
        pending: { hash: 'p', keyId: 'k' },
        previous: { hash: 'q', until: Date.now() },
      },
    });
    const { renewal, factors, client, ...rest } = decodeRecord('id', store(encodeRecord(original)));
    for (const part of [
      rest,
      renewal,
      renewal.pending,
      renewal.previous,
      factors,
      factors[0],
      client,
    ]) {
      if (part !== rest) expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.isFrozen(decodeRecord('id', store(encodeRecord(original))))).toBe(true);
  });

  it('belongs to the base it was inserted under and to no other', () => {
    const stored = store(encodeRecord(makeRecord()));
    expect(isUnderBase(stored, BASE)).toBe(true);
    expect(isUnderBase(stored, 'base-124')).toBe(false);
  });

  it('has its fixed places where the scripts look', () => {
    const { head, tail } = encodeRecord(makeRecord({ replaced: true, revision: 12 }));
    const { expiresAt, lastSeenAt, createdAt } = makeRecord();
    const stored = head + BASE + tail;
    expect(stored.slice(0, 11)).toBe(`111${BASE}`);
    expect([11, 19, 27].map((at) => decodeTime(stored, at))).toEqual([
      expiresAt,
      lastSeenAt,
      createdAt,
    ]);
    expect(stored.slice(35, 38)).toBe('12\u001f');
  });

  it('refuses another layout and a newer format', () => {
    const stored = store(encodeRecord(makeRecord()));
    const others = [
      '',
      '2',
      `2${stored.slice(1)}`,
      `12${stored.slice(2)}`,
      `${stored}\u001f`,
      stored.slice(0, 50),
    ];
    for (const other of others) expect(() => decodeRecord('id', other)).toThrow(TypeError);
  });

  it('costs under 160 bytes with two small keys and a common browser', () => {
    const userAgent =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
    const { head, tail } = encodeRecord(
      makeRecord({
        client: { userAgent, address: '192.0.2.1' },
        data: '{"cart":[1,2],"theme":"dark"}',
      }),
    );
    expect((head + BASE + tail).length).toBeLessThanOrEqual(156);
  });
});

describe('a renewal as text', () => {
  it('begins with its generation and pending hash, and with no other pair', () => {
    const renewal = (generation: number, hash: string | null): SessionRecord['renewal'] => ({
      ...makeRecord().renewal,
      generation,
      pending: hash === null ? null : { hash, keyId: 'k' },
    });
    const pairs = fc.tuple(fc.nat({ max: 12 }), fc.option(text));
    fc.assert(
      fc.property(pairs, pairs, (one, other) => {
        const isSame = one[0] === other[0] && one[1] === other[1];
        const starts = encodeRenewal(renewal(...one)).startsWith(renewalStart(renewal(...other)));
        expect(starts).toBe(isSame);
      }),
    );
  });
});

describe('a field', () => {
  it('holds every text apart, has no control character, and knows null', () => {
    fc.assert(
      fc.property(fc.option(text), fc.option(text), (one, other) => {
        expect(decodeText(encodeText(one))).toBe(one);
        expect(encodeText(one) === encodeText(other)).toBe(one === other);
        expect(encodeText(one)).not.toMatch(CONTROL);
      }),
    );
  });

  it('holds half a surrogate pair, which UTF-8 cannot', () => {
    const field = Buffer.from(encodeText('a\ud800b')).toString();
    expect(decodeText(field)).toBe('a\ud800b');
  });

  it('holds what browsers say of themselves, shortened or not', () => {
    const words = fc.constantFrom(
      'Mozilla/5.0',
      ' (',
      'Windows NT 10.0; Win64; x64',
      ' Edg/',
      'é',
      '\x01',
      '\\',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, text)), (parts) => {
        const agent = parts.join('');
        expect(decodeWords(encodeWords(agent))).toBe(agent);
        expect(encodeWords(agent)).not.toMatch(/[\u001c-\u001f]/);
      }),
    );
    expect(decodeWords(encodeWords(null))).toBeNull();
    expect(() => decodeWords('\u001b')).toThrow(TypeError);
  });

  it('holds times in an order that their texts have too', () => {
    fc.assert(
      fc.property(time, time, (one, other) => {
        expect(decodeTime(encodeTime(one))).toBe(one);
        expect(encodeTime(one) < encodeTime(other)).toBe(one < other);
      }),
    );
    for (const wrong of [0, 1.5, Number.NaN, 1_577_836_799_999, 1e15]) {
      expect(() => encodeTime(wrong)).toThrow(RangeError);
    }
  });
});

describe('data as frames', () => {
  it('comes back the same, and one frame for each key', () => {
    fc.assert(
      fc.property(data, (original) => {
        const frames = framesOf(original);
        expect(parseData(dataOf(frames))).toEqual(parseData(original));
        const keys = Object.keys(parseData(original));
        expect(frames.split('\u001e').length - 1).toBe(keys.length);
        for (const key of keys) expect(frames).toContain(`\u001e${frameHead(key)}`);
      }),
    );
  });

  it('keeps the spelling of a value that is set', () => {
    expect(frameValue('9007199254740993')).toBe('9007199254740993');
    expect(frameValue('[1, 2]')).toBe('[1, 2]');
  });

  it('lets no value end its frame', () => {
    expect(frameValue('[\n1,\n2]')).toBe('[1,2]');
    expect(() => frameValue('"a\u001eb"')).toThrow(SyntaxError);
  });
});

describe('records decoded lately', () => {
  it('are the same object while the text is the same, and never older than it', () => {
    const records = new DecodedRecords();
    const one = store(encodeRecord(makeRecord()));
    const other = store(encodeRecord(makeRecord({ revision: 1 })));
    const first = records.decode('id', one);
    expect(records.decode('id', one)).toBe(first);
    expect(records.decode('id', other).revision).toBe(1);
    expect(records.decode('id', one)).toEqual(first);
    expect(records.decode('another', one).id).toBe('another');
  });

  it('are forgotten when there are many', () => {
    const records = new DecodedRecords();
    const one = store(encodeRecord(makeRecord()));
    const first = records.decode('first', one);
    for (let i = 0; i < 4_100; i += 1) records.decode(`id ${i}`, one);
    expect(records.decode('first', one)).not.toBe(first);
  });
});
