// Every verb of the flows at a store that goes away at its first call, its second, and so on: a 503 with
// its cause, or what has been done is told as done. No session is made or lost by it, and what was given
// up can be done again when the store is back (README, promise 6).

import { describe, expect, it } from 'vitest';

import type { Account } from '../../src/accounts/account.js';
import { CountersignError } from '../../src/errors.js';
import type { Visit } from '../../src/flows/visit.js';
import { SIGNED_IN } from './fault-cases-signed-in.js';
import { SIGNING_IN } from './fault-cases-signing-in.js';
import { PROVIDER, type FaultCase } from './fault-people.js';
import { createFaultyWorld, MODES, type FaultyWorld, type Mode } from './faulty-stores.js';
import type { Visitor } from './fixture.js';

type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: unknown };

interface Run {
  readonly outcome: Outcome;
  /** Calls of the stores, background included. */
  readonly calls: readonly string[];
  /** Who was signed in on the browser before, and is afterwards. */
  readonly signedIn: { readonly before: string | null; readonly after: string | null };
  /** Whether another browser of the same user is still signed in. */
  readonly othersAreIn: boolean;
  readonly account: { readonly before: unknown; readonly after: unknown };
  /** The same once more, with stores that are well. */
  readonly again: () => Promise<Outcome>;
}

async function run(fault: FaultCase, from: number, mode: Mode): Promise<Run> {
  const world = createFaultyWorld({ flows: { providers: [PROVIDER] } });
  const { visitor, userId, verb } = await fault.prepare(world);
  const other = world.visitor();
  if (userId !== undefined) await other.signInAs(userId);
  const account = async (): Promise<unknown> =>
    userId === undefined ? null : essenceOf(await world.stored(userId));
  await world.flows.settled();
  const before = { userId: await visitor.userId(), account: await account() };
  world.faults.arm(from, mode);
  const outcome = await outcomeOf(world, visitor, verb);
  await world.faults.settle(world.clock, world.flows.settled());
  const calls = [...world.faults.calls];
  world.faults.repair();
  return {
    outcome,
    calls,
    signedIn: { before: before.userId, after: await visitor.userId() },
    othersAreIn: userId === undefined || (await other.userId()) === userId,
    account: { before: before.account, after: await account() },
    again: () => outcomeOf(world, visitor, verb),
  };
}

async function outcomeOf(
  { faults, clock }: FaultyWorld,
  visitor: Visitor,
  verb: (visit: Visit) => Promise<unknown>,
): Promise<Outcome> {
  try {
    return { ok: true, result: await faults.settle(clock, visitor.visit(verb)) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** What somebody would miss, or must not have: not which code was used up or when a key was used. */
function essenceOf(account: Account): unknown {
  const { status, password, displayName, addresses, identities, recoveryCodes } = account;
  return {
    status,
    password,
    displayName,
    addresses,
    identities,
    totp: account.totp?.secret,
    codesMadeAt: recoveryCodes?.madeAt,
    passkeys: account.passkeys.map(({ id, name }) => ({ id, name })),
  };
}

/** What came of it, without what is random. */
function shapeOf(outcome: Outcome): unknown {
  if (!outcome.ok) return String(outcome.error);
  const { result } = outcome;
  if (typeof result !== 'object' || result === null) return typeof result;
  return 'ok' in result
    ? { ok: result.ok, reason: 'reason' in result ? result.reason : null }
    : Object.keys(result);
}

function expectFailure(failed: Run, mode: Mode, { isFinal }: FaultCase): void {
  const error = failed.outcome.ok ? undefined : failed.outcome.error;
  expect(error).toBeInstanceOf(CountersignError);
  expect(error).toMatchObject({
    code: 'store-unavailable',
    status: 503,
    ...(mode === 'hangs' ? {} : { cause: { message: 'away' } }),
  });
  if (isFinal === true) return;
  expect(failed.signedIn.after).toBe(failed.signedIn.before);
  expect(failed.othersAreIn).toBe(true);
  expect(failed.account.after).toEqual(failed.account.before);
}

const CASES = { ...SIGNING_IN, ...SIGNED_IN };

describe.each(Object.entries(CASES))('%s', (_, fault) => {
  it.each(MODES)('at a store that %s from some call on', async (mode) => {
    const well = await run(fault, Infinity, mode);
    expect(well.outcome).toMatchObject({ ok: true });
    expect(well.calls.length).toBeGreaterThan(0);
    let failures = 0;
    for (let from = 1; from <= well.calls.length; from += 1) {
      const at = await run(fault, from, mode);
      if (at.outcome.ok) {
        // What is left over comes after it, or in the background.
        expect(shapeOf(at.outcome)).toEqual(shapeOf(well.outcome));
        expect(at.signedIn.after !== null).toBe(well.signedIn.after !== null);
        continue;
      }
      failures += 1;
      expectFailure(at, mode, fault);
      if (fault.usesUp !== true) expect(shapeOf(await at.again())).toEqual(shapeOf(well.outcome));
    }
    expect(failures).toBeGreaterThan(0);
  });
});
