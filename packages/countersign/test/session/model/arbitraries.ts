// How runs are drawn. Each run has a subject: renewal and theft, late responses, endings and
// sign-ins, chains of re-authentications, or everything.
// Trips and waits are short, or close to a limit.

import * as fc from 'fast-check';

import type { UserId } from './attempt.js';
import * as command from './commands.js';
import type { Command } from './commands.js';
import type { Errand } from './errand.js';
import { FORGERIES } from './forgery.js';
import { KEYS, type Key } from './register.js';
import type { Planted, Trip } from './request.js';
import { LONGEST_REQUEST, LONGEST_RESPONSE, MINUTE, SECOND, TIMES } from './times.js';
import type { Circumstances, World } from './world.js';

/** One of the values, with weights. */
function oneOf<T>(...choices: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> {
  return among(...choices.map(([weight, value]) => [weight, fc.constant(value)] as const));
}

/** One of the arbitraries, with weights; those of weight 0 are left out. */
function among<T>(
  ...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]
): fc.Arbitrary<T> {
  const possible = choices.filter(([weight]) => weight > 0);
  return fc.oneof(
    ...possible.map(([weight, arbitrary]) => ({ weight: Math.ceil(weight), arbitrary })),
  );
}

const node = fc.nat({ max: 1 });
const user = oneOf<UserId>([3, 'ann'], [1, 'bob']);
const keys = fc.subarray<Key>([...KEYS], { minLength: 1, maxLength: 2 });
/** The two owners come first, then the thieves, if there are any. Most runs are about one owner. */
const browser = among([2, fc.constant(0)], [1, node], [2, fc.nat({ max: 5 })]);

/** On the way there, in the handler, and on the way back: within the bounds of promise 3. */
type Way = readonly [up: number, work: number, down: number | 'lost'];
const quickWay = oneOf<Way>(
  [12, [0, 0, 0]],
  [1, [SECOND, 0, SECOND]],
  [1, [0, SECOND, 0]],
  [2, [0, 0, 'lost']],
);
const slowWay = oneOf<Way>(
  [1, [MINUTE, MINUTE, 4 * MINUTE]],
  [1, [LONGEST_REQUEST, 0, 0]],
  [1, [0, LONGEST_REQUEST, 0]],
  [1, [0, 0, LONGEST_RESPONSE]],
  [3, [0, LONGEST_REQUEST, LONGEST_RESPONSE]],
  [1, [LONGEST_REQUEST, 0, LONGEST_RESPONSE]],
);
const inBounds: fc.Arbitrary<Trip> = fc
  .record({
    way: among([2, quickWay], [1, slowWay]),
    node,
    fails: oneOf([15, false], [1, true]),
  })
  .map(({ way: [up, work, down], ...rest }) => ({ up, work, down, ...rest }));
/** Longer than promise 3 allows for. */
const overdue: fc.Arbitrary<Trip> = fc.record({
  up: oneOf([1, 0], [1, 20 * MINUTE]),
  work: oneOf([1, 0], [1, 20 * MINUTE]),
  down: oneOf<number | 'lost'>([1, 0], [1, 40 * MINUTE]),
  node,
  fails: fc.constant(false),
});

const write: fc.Arbitrary<Errand> = fc.record({
  kind: fc.constant('write' as const),
  set: keys,
  remove: keys,
});
const signIn: fc.Arbitrary<Errand> = fc.record({
  kind: fc.constant('sign in' as const),
  userId: user,
  remember: oneOf([3, false], [1, true]),
  ticket: oneOf([3, true], [1, false]),
  set: oneOf<readonly Key[]>([3, []], [1, ['a']]),
});
const beginSignIn: fc.Arbitrary<Errand> = user.map((userId) => ({ kind: 'begin sign-in', userId }));
const endOne: fc.Arbitrary<Errand> = fc
  .nat({ max: 9 })
  .map((which) => ({ kind: 'end one', which }));

/** How much of a run is about what: weights of errands, waits and commands. */
interface Subject {
  readonly using: number;
  readonly signingIn: number;
  readonly reauthenticating: number;
  readonly ending: number;
  readonly thieves: number;
  readonly operations: number;
  /** Few waits let much happen at once; going on by single verbs lets it overlap. */
  readonly waiting: number;
  readonly proceeding: number;
  readonly waits: readonly (readonly [weight: number, ms: number])[];
}

const SUBJECTS = {
  renewal: {
    using: 24,
    signingIn: 1,
    reauthenticating: 1,
    ending: 0,
    thieves: 8,
    operations: 3,
    waiting: 36,
    proceeding: 2,
    waits: [
      [1, SECOND],
      [2, MINUTE],
      [6, TIMES.overlap],
      [2, TIMES.overlap + TIMES.skew],
      [2, 10 * MINUTE],
      [8, TIMES.renewal],
      [1, TIMES.renewal - 1],
    ],
  },
  /** One owner with slow requests among quick ones, over several renewals. */
  lateness: {
    using: 24,
    signingIn: 1,
    reauthenticating: 0,
    ending: 0,
    thieves: 0,
    operations: 1,
    waiting: 40,
    proceeding: 1,
    waits: [
      [1, MINUTE],
      [3, TIMES.overlap],
      [1, 10 * MINUTE],
      [6, TIMES.renewal],
    ],
  },
  endings: {
    using: 12,
    signingIn: 8,
    reauthenticating: 4,
    ending: 6,
    thieves: 1,
    operations: 2,
    waiting: 16,
    proceeding: 20,
    waits: [
      [6, SECOND],
      [4, MINUTE],
      [2, TIMES.touch],
      [4, TIMES.overlap],
      [1, TIMES.renewal],
    ],
  },
  chains: {
    using: 6,
    signingIn: 1,
    reauthenticating: 12,
    ending: 10,
    thieves: 6,
    operations: 1,
    waiting: 12,
    proceeding: 16,
    waits: [
      [6, SECOND],
      [1, MINUTE],
      [1, TIMES.overlap],
    ],
  },
  everything: {
    using: 20,
    signingIn: 4,
    reauthenticating: 2,
    ending: 2,
    thieves: 2,
    operations: 2,
    waiting: 30,
    proceeding: 6,
    waits: [
      [3, SECOND],
      [3, MINUTE],
      [1, TIMES.touch],
      [3, TIMES.overlap],
      [3, 10 * MINUTE],
      [3, TIMES.renewal],
      [1, TIMES.renewal + MINUTE],
      [1, TIMES.idle - 1],
      [1, TIMES.idle],
    ],
  },
} satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;

function errandOf({ using, signingIn, reauthenticating, ending }: Subject): fc.Arbitrary<Errand> {
  return among<Errand>(
    [using, fc.boolean().map((assets) => ({ kind: 'read', assets }))],
    [using / 3, write],
    [using / 4, fc.constant({ kind: 'count' })],
    [using / 12, fc.constant({ kind: 'stream' })],
    [signingIn, signIn],
    [signingIn / 3, beginSignIn],
    [signingIn / 3, fc.constant({ kind: 'finish sign-in' })],
    [reauthenticating, fc.constant({ kind: 'reauthenticate' })],
    [ending / 3, fc.constant({ kind: 'sign out' })],
    [ending / 6, fc.constant({ kind: 'end others' })],
    [ending / 6, endOne],
  );
}

const planted = oneOf<Planted>(
  [60, 'nothing'],
  [1, 'a forged token'],
  [2, 'an older token'],
  [1, 'another session'],
);
const slow = oneOf([4, 0], [2, 1_500], [1, 2_500]);
const thief = fc.constantFrom('polling thief' as const, 'shadowing thief' as const);
const everybody = oneOf<UserId | 'everyone'>([5, 'ann'], [2, 'bob'], [1, 'everyone']);

function visits(
  subject: Subject,
  trips: { readonly trip: fc.Arbitrary<Trip>; readonly overdue: fc.Arbitrary<boolean> },
): fc.Arbitrary<Command> {
  const errand = errandOf(subject);
  return fc.record({ browser, errand, planted, ...trips }).map(command.visit);
}

function commandOf(subject: Subject): fc.Arbitrary<Command> {
  const { thieves, ending, operations, waiting, waits, proceeding } = subject;
  return among<Command>(
    [60, visits(subject, { trip: inBounds, overdue: fc.constant(false) })],
    [1, visits(subject, { trip: overdue, overdue: fc.constant(true) })],
    [waiting, fc.tuple(oneOf(...waits), slow).map(([ms, slowness]) => command.wait(ms, slowness))],
    [proceeding, fc.nat({ max: 6 }).map(command.proceed)],
    [thieves, fc.tuple(node, thief).map(([whose, kind]) => command.steal(whose, kind))],
    [
      1,
      fc
        .tuple(fc.nat({ max: 9 }), fc.constantFrom(...FORGERIES), inBounds)
        .map(([which, kind, how]) => command.forgedVisit(which, kind, how)),
    ],
    [1, node.map(command.quit)],
    [ending, fc.tuple(node, everybody).map(([which, who]) => command.endUser(which, who))],
    [
      ending / 3,
      fc.tuple(node, fc.nat({ max: 9 })).map(([which, whom]) => command.endById(which, whom)),
    ],
    [operations, fc.tuple(node, fc.boolean()).map(([at, crash]) => command.restart(at, crash))],
    [operations, fc.constant(null).map(command.rotateKeys)],
    [operations / 3, fc.constant(null).map(command.removeNewestKey)],
  );
}

/** Most commands in one run. */
const LENGTH = 60;

/** The commands of one run, about one subject or any. */
export function anyCommands(subject: SubjectName | undefined): fc.Arbitrary<Iterable<Command>> {
  const subjects = subject === undefined ? Object.values(SUBJECTS) : [SUBJECTS[subject]];
  return fc.oneof(
    ...subjects.map((each) =>
      fc.commands<object, World, false>([commandOf(each)], { maxCommands: LENGTH, size: 'max' }),
    ),
  );
}

export const anyCircumstances: fc.Arbitrary<Circumstances> = fc.record({
  remote: oneOf([3, false], [1, true]),
  skewed: oneOf([3, false], [1, true]),
});
