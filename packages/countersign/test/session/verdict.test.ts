// The verdict as a table: which secret opens what, when, and in which order it is judged.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createPolicy } from '../../src/session/policy.js';
import type { RenewalState, SessionRecord } from '../../src/session/record.js';
import {
  endedByTime,
  endsAt,
  isRenewalDue,
  isTouchDue,
  judge,
  type Verdict,
} from '../../src/session/verdict.js';
import { makeRecord } from '../../src/testing/session-store/make-record.js';
import { HOUR, MINUTE } from './fixture.js';

const START = 1_767_225_600_000;
const DAY = 24 * HOUR;
const policy = createPolicy();

const hash = (letter: string): string => letter.repeat(43);
const CURRENT = hash('C');
const PENDING = hash('P');
const PREVIOUS = hash('V');
const UNKNOWN = hash('X');

/** All three secrets at once: the previous one is good until half an hour after the start. */
const renewal: RenewalState = {
  generation: 1,
  hash: CURRENT,
  since: START,
  pending: { hash: PENDING, keyId: 'key' },
  previous: { hash: PREVIOUS, until: START + 20 * MINUTE },
};

const record = (fields: Partial<SessionRecord> = {}): SessionRecord =>
  makeRecord({ createdAt: START, lastSeenAt: START, renewal, ...fields });

const live = (secret: 'current' | 'pending' | 'previous'): Verdict => ({ kind: 'live', secret });
const ended = (reason: 'idle' | 'absolute' | 'replaced'): Verdict => ({ kind: 'ended', reason });
const refused = (reason: 'unknown-secret' | 'device-proof-missing'): Verdict => ({
  kind: 'refused',
  reason,
});

interface Row {
  readonly what: string;
  readonly fields?: Partial<SessionRecord>;
  readonly presented: string;
  readonly deviceProved?: boolean;
  /** Milliseconds after the start. */
  readonly after: number;
  readonly verdict: Verdict;
}

const bound = { deviceKey: 'a public key' };
const anonymous = { userId: null, authenticatedAt: null, factors: [] };

const SECRETS: readonly Row[] = [
  { what: 'the current secret', presented: CURRENT, after: 1, verdict: live('current') },
  { what: 'the pending secret', presented: PENDING, after: 1, verdict: live('pending') },
  { what: 'the previous secret', presented: PREVIOUS, after: 1, verdict: live('previous') },
  { what: 'any other secret', presented: UNKNOWN, after: 1, verdict: refused('unknown-secret') },
  {
    what: 'a hash that is cut short',
    presented: CURRENT.slice(1),
    after: 1,
    verdict: refused('unknown-secret'),
  },
  { what: 'nothing', presented: '', after: 1, verdict: refused('unknown-secret') },
  {
    what: 'the previous secret after its time',
    presented: PREVIOUS,
    after: 20 * MINUTE + policy.clockSkew,
    verdict: refused('unknown-secret'),
  },
  {
    what: 'a pending secret where none is pending',
    fields: { renewal: { ...renewal, pending: null } },
    presented: PENDING,
    after: 1,
    verdict: refused('unknown-secret'),
  },
  {
    what: 'a secret that is current and previous',
    fields: { renewal: { ...renewal, previous: { hash: CURRENT, until: START } } },
    presented: CURRENT,
    after: 25 * MINUTE,
    verdict: live('current'),
  },
];

const TIME_FIRST: readonly Row[] = [
  {
    what: 'idle, by the current secret',
    presented: CURRENT,
    after: 30 * MINUTE,
    verdict: ended('idle'),
  },
  {
    what: 'idle, by an unknown secret: no theft in what is over',
    presented: UNKNOWN,
    after: 30 * MINUTE,
    verdict: ended('idle'),
  },
  {
    what: 'idle and past the absolute limit',
    presented: CURRENT,
    after: 12 * HOUR,
    verdict: ended('absolute'),
  },
  {
    what: 'past the absolute limit, seen just before',
    fields: { lastSeenAt: START + 12 * HOUR - 1 },
    presented: CURRENT,
    after: 12 * HOUR,
    verdict: ended('absolute'),
  },
  {
    what: 'replaced, its overlap over',
    fields: { replaced: true, expiresAt: START + 5 * MINUTE },
    presented: CURRENT,
    after: 5 * MINUTE,
    verdict: ended('replaced'),
  },
  {
    what: 'replaced, within the overlap',
    fields: { replaced: true, expiresAt: START + 5 * MINUTE },
    presented: PENDING,
    after: 4 * MINUTE,
    verdict: live('pending'),
  },
  {
    what: 'remembered, after half an hour',
    fields: { remembered: true, expiresAt: START + 30 * DAY },
    presented: CURRENT,
    after: 30 * MINUTE,
    verdict: live('current'),
  },
  {
    what: 'remembered, unused for a week',
    fields: { remembered: true, expiresAt: START + 30 * DAY },
    presented: CURRENT,
    after: 7 * DAY,
    verdict: ended('idle'),
  },
  {
    what: 'anonymous: no idle limit',
    fields: { ...anonymous, expiresAt: START + DAY },
    presented: CURRENT,
    after: DAY - 1,
    verdict: live('current'),
  },
  {
    what: 'anonymous, after its lifetime',
    fields: { ...anonymous, expiresAt: START + DAY },
    presented: CURRENT,
    after: DAY,
    verdict: ended('absolute'),
  },
];

const DEVICES: readonly Row[] = [
  ...(
    [
      [CURRENT, 'current'],
      [PENDING, 'pending'],
      [PREVIOUS, 'previous'],
    ] as const
  ).flatMap(([presented, secret]): readonly Row[] => [
    {
      what: `bound, the ${secret} secret without proof`,
      fields: bound,
      presented,
      after: 1,
      verdict: refused('device-proof-missing'),
    },
    {
      what: `bound, the ${secret} secret with proof`,
      fields: bound,
      presented,
      deviceProved: true,
      after: 1,
      verdict: live(secret),
    },
  ]),
  {
    what: 'bound, an unknown secret without proof: theft is told, not a missing proof',
    fields: bound,
    presented: UNKNOWN,
    after: 1,
    verdict: refused('unknown-secret'),
  },
  {
    what: 'bound, an unknown secret with proof',
    fields: bound,
    presented: UNKNOWN,
    deviceProved: true,
    after: 1,
    verdict: refused('unknown-secret'),
  },
  {
    what: 'bound and idle, without proof',
    fields: bound,
    presented: CURRENT,
    after: 30 * MINUTE,
    verdict: ended('idle'),
  },
  {
    what: 'not bound, with a proof that nobody asked for',
    presented: CURRENT,
    deviceProved: true,
    after: 1,
    verdict: live('current'),
  },
];

describe.each([
  ['a secret', SECRETS],
  ['time before the secret', TIME_FIRST],
  ['a device key after the secret', DEVICES],
])('judges %s', (_, rows) => {
  it.each(rows)('$what', ({ fields, presented, deviceProved = false, after, verdict }) => {
    const evidence = { hash: presented, deviceProved };
    expect(judge(record(fields), evidence, policy, START + after)).toEqual(verdict);
  });
});

describe('time', () => {
  const times = fc.record({
    lastSeenAt: fc.integer({ min: START, max: START + 13 * HOUR }),
    expiresAt: fc.integer({ min: START, max: START + 40 * DAY }),
    replaced: fc.boolean(),
    remembered: fc.boolean(),
    userId: fc.constantFrom('user', null),
  });
  const now = fc.integer({ min: START, max: START + 60 * DAY });

  it('ends a session exactly at the time that endsAt names, and for good', () => {
    fc.assert(
      fc.property(times, now, fc.nat(), (fields, at, later) => {
        const one = record(fields);
        const isOver = endedByTime(one, policy, at) !== undefined;
        expect(isOver).toBe(at >= endsAt(one, policy));
        if (isOver) expect(endedByTime(one, policy, at + later)).toBeDefined();
      }),
      { seed: 1 },
    );
  });

  it('calls a session replaced only if it was, and idle only if somebody signed in', () => {
    fc.assert(
      fc.property(times, now, (fields, at) => {
        const reason = endedByTime(record(fields), policy, at)?.reason;
        expect(reason === 'replaced' && !fields.replaced).toBe(false);
        expect(reason === 'absolute' && fields.replaced).toBe(false);
        expect(reason === 'idle' && fields.userId === null).toBe(false);
      }),
      { seed: 2 },
    );
  });
});

describe('what is due', () => {
  const noPending = { renewal: { ...renewal, pending: null } };

  it('a renewal at the interval, and again for as long as a successor is pending', () => {
    expect(isRenewalDue(record(noPending), policy, START + 15 * MINUTE - 1)).toBe(false);
    expect(isRenewalDue(record(noPending), policy, START + 15 * MINUTE)).toBe(true);
    expect(isRenewalDue(record(), policy, START + 1)).toBe(true);
  });

  it('no renewal of an anonymous session, nor of one that was replaced', () => {
    expect(isRenewalDue(record(anonymous), policy, START + HOUR)).toBe(false);
    expect(isRenewalDue(record({ replaced: true }), policy, START + HOUR)).toBe(false);
  });

  it('a touch at the touch interval', () => {
    expect(isTouchDue(record(), policy, START + policy.touch - 1)).toBe(false);
    expect(isTouchDue(record(), policy, START + policy.touch)).toBe(true);
  });
});
