// Guesses at everything that can be guessed at, by whoever has many networks, or many names to try.

import type { PasswordHasher } from 'countersign/accounts';

import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { NAME, plainHasher, signUp, type Door } from '../web/door.js';
import { Visitor, type Page } from '../web/visitor.js';
import { copyOf } from './house.js';
import { giveFirstFactor } from './one-time-things.js';

/** A hasher that counts what it is asked to verify. */
export function countingHasher(): { readonly hasher: PasswordHasher; readonly runs: () => number } {
  let runs = 0;
  return {
    runs: () => runs,
    hasher: {
      ...plainHasher,
      verify(stored, password) {
        runs += 1;
        return plainHasher.verify(stored, password);
      },
    },
  };
}

/** One guess of many. */
export type Guess = (door: Door, index: number) => Promise<Page>;

export interface Target {
  readonly name: string;
  /** What a guess that was judged is answered with. One that was not is a 429. */
  readonly wrong: number;
  readonly prepare: (door: Door) => Promise<Guess>;
}

/** From a network of its own for each. */
function networkOf(index: number): string {
  return `2001:db8:${index.toString(16)}::1`;
}

/** Six digits, others for each guess. */
function digitsOf(index: number): string {
  return String(100_000 + index * 7);
}

/** Of the form of a recovery code, and none of anybody's. */
function recoveryCodeOf(index: number): string {
  return `aaaa-aaaa-aaaa-${String(index)
    .padStart(4, '0')
    .replaceAll(/\d/g, (d) => 'bcdfghjkmn'[Number(d)] ?? 'b')}`;
}

function tokenOf(index: number): string {
  return String(index).padStart(43, 'A');
}

function secondFactor(proof: string, codeOf: (index: number) => string): Target {
  return {
    name: `a second factor of the kind ${proof}, from many networks`,
    wrong: 401,
    async prepare(door) {
      await signUp(door);
      await addAuthenticatorApp(door);
      await door.flows.settled();
      const waiting = await giveFirstFactor(door);
      return (at, index) =>
        copyOf(at, waiting, networkOf(index)).post('/sign-in/second', {
          proof,
          code: codeOf(index),
        });
    },
  };
}

function link(path: string, kind: string, fields: Readonly<Record<string, string>> = {}): Target {
  return {
    name: `links at ${path}, from one network`,
    wrong: 410,
    prepare: () =>
      Promise.resolve((at, index) => {
        const visitor = new Visitor(at.app);
        visitor.jar.set('__Host-mail-link', `${kind}.${tokenOf(index)}`);
        return visitor.post(path, fields);
      }),
  };
}

const CHOSEN = { password: 'nine quiet lamps in rain', repeated: 'nine quiet lamps in rain' };

export const TARGETS: readonly Target[] = [
  {
    name: 'the password of one account, from many networks',
    wrong: 401,
    async prepare(door) {
      await signUp(door);
      return (at, index) => {
        const visitor = new Visitor(at.app, { address: networkOf(index) });
        return visitor.post('/sign-in', { name: NAME, password: `a wrong guess, ${index}` });
      };
    },
  },
  {
    name: 'the passwords of many accounts, from one network',
    wrong: 401,
    prepare: () =>
      Promise.resolve((at, index) => {
        const fields = { name: `person-${index}@example.org`, password: 'velvet otter' };
        return new Visitor(at.app).post('/sign-in', fields);
      }),
  },
  {
    name: 'the password of an account whose session was stolen, at the page of a new one',
    wrong: 422,
    async prepare(door) {
      const owner = await signUp(door);
      owner.jar.delete('__Host-device');
      return (at, index) =>
        copyOf(at, owner, networkOf(index)).post('/password', {
          current: `a wrong guess, ${index}`,
          ...CHOSEN,
        });
    },
  },
  secondFactor('totp', digitsOf),
  secondFactor('recovery-code', recoveryCodeOf),
  link('/sign-up/finish', 'sign-up', CHOSEN),
  link('/forgot/finish', 'reset', CHOSEN),
  link('/sign-in/link/open', 'sign-in-link'),
  link('/profile/addresses/verify', 'verify-address'),
];

/** The answers one after the other, until none is judged any more. */
export async function guessInTurn(door: Door, guess: Guess): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < 200 && statuses.at(-1) !== 429; index += 1)
    statuses.push((await guess(door, index)).status);
  return statuses;
}

/** So many at the same moment, at one door after the other. */
export async function guessAtOnce(
  doors: readonly Door[],
  guess: Guess,
  times: number,
  first = 0,
): Promise<readonly Page[]> {
  return Promise.all(
    Array.from({ length: times }, async (_, count) => {
      const index = first + count;
      const door = doors[index % doors.length];
      if (door === undefined) throw new Error('There is no door');
      return guess(door, index);
    }),
  );
}
