// What accounts and the throttle make of stores that throw, reject, hang or answer late: a 503 with its
// cause, and nothing that was not done (README, promise 6).

import { describe, expect, it } from 'vitest';

import type { Accounts } from '../../src/accounts/accounts.js';
import type { AccountStore } from '../../src/accounts/account-store.js';
import { memoryThrottleStore } from '../../src/accounts/throttle-memory.js';
import type { Count, ThrottleStore } from '../../src/accounts/throttle-store.js';
import { createThrottle, type Attempt, type Throttle } from '../../src/accounts/throttle.js';
import { createTotpSecret } from '../../src/accounts/totp.js';
import { CountersignError } from '../../src/errors.js';
import { memoryAccountStore } from '../../src/stores/memory/account-store.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';
import { codeAt } from '../flows/authenticator-app.js';
import { Faults, MODES, type Mode } from '../flows/faulty-stores.js';
import { NEXT, PASSWORD, setUp } from './fixture.js';

const UNAVAILABLE = { code: 'store-unavailable', status: 503 };

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

interface Shop {
  readonly accounts: Accounts;
  /** Has an app and recovery codes. */
  readonly userId: string;
  readonly code: () => string;
  readonly recoveryCode: string;
}

const VERBS: Readonly<Record<string, (shop: Shop) => Promise<unknown>>> = {
  register: ({ accounts }) => accounts.register({ name: 'grace', password: PASSWORD }),
  verifyPassword: ({ accounts }) => accounts.verifyPassword({ name: 'ada', password: PASSWORD }),
  'verifyPassword, of a name that nobody has': ({ accounts }) =>
    accounts.verifyPassword({ name: 'nobody', password: PASSWORD }),
  'verifyPassword, by user id': ({ accounts, userId }) =>
    accounts.verifyPassword({ userId, password: PASSWORD }),
  changePassword: ({ accounts, userId }) =>
    accounts.changePassword(userId, { current: PASSWORD, next: NEXT }),
  findUserId: ({ accounts }) => accounts.findUserId('ada'),
  findUser: ({ accounts, userId }) => accounts.findUser(userId),
  setStatus: ({ accounts, userId }) => accounts.setStatus(userId, { status: 'disabled' }),
  'setStatus, deleted': ({ accounts, userId }) => accounts.setStatus(userId, { status: 'deleted' }),
  verifyTotp: ({ accounts, userId, code }) => accounts.verifyTotp(userId, { code: code() }),
  useRecoveryCode: ({ accounts, userId, recoveryCode }) =>
    accounts.useRecoveryCode(userId, { code: recoveryCode }),
  addTotp: ({ accounts, userId, code }) =>
    accounts.addTotp(userId, { secret: createTotpSecret(), code: code() }),
  removeTotp: ({ accounts, userId }) => accounts.removeTotp(userId),
  replaceRecoveryCodes: ({ accounts, userId }) => accounts.replaceRecoveryCodes(userId),
  listActivity: ({ accounts, userId }) => accounts.listActivity(userId),
};

describe.each(Object.entries(VERBS))('accounts.%s', (name, verb) => {
  it.each(MODES)('is a 503 at a store that %s, and works when it is back', async (mode) => {
    const faults = new Faults();
    const clock = createFakeClock();
    const store = faults.in('account', memoryAccountStore());
    const { accounts, register } = setUp({ store, clock });
    const { userId } = await register('ada');
    const secret = createTotpSecret();
    const code = (): string => codeAt(secret, clock.now());
    const added = await accounts.addTotp(userId, { secret, code: code() });
    const recoveryCode = added.ok ? (added.recoveryCodes[0] ?? '') : '';
    await accounts.settled();
    clock.advance(60_000);
    const before = await accounts.findUser(userId);
    const shop = { accounts, userId, code, recoveryCode };

    faults.arm(1, mode);
    const failing = faults.settle(clock, verb(shop));
    await expect(failing).rejects.toBeInstanceOf(CountersignError);
    await expect(failing).rejects.toMatchObject({
      ...UNAVAILABLE,
      ...(mode === 'hangs'
        ? { message: 'No answer within 2000 ms' }
        : { cause: { message: 'away' } }),
    });

    faults.repair();
    expect(await accounts.findUser(userId)).toEqual(before);
    const again = await verb(shop);
    if (name !== 'addTotp' && !name.includes('nobody'))
      expect(again).not.toMatchObject({ ok: false });
  });
});

type ThrottleVerb = (throttle: Throttle, attempt: Attempt) => unknown;

const THROTTLE_VERBS: Readonly<Record<string, ThrottleVerb>> = {
  begin: (throttle) => throttle.begin({ account: 'ada' }),
  beginRequest: (throttle) => throttle.beginRequest({ purpose: 'mail', account: 'ada' }),
  forget: (throttle) => throttle.forget({ account: 'ada' }),
  'attempt.succeed': (_, attempt) => attempt.succeed(),
  'attempt.withdraw': (_, attempt) => attempt.withdraw(),
};

async function begun(throttle: Throttle): Promise<Attempt> {
  const decision = await throttle.begin({ account: 'ada' });
  if (!decision.ok) throw new Error('throttled');
  return decision.attempt;
}

async function expect503(
  act: () => unknown,
  faults: Faults,
  mode: Mode,
  clock = createFakeClock(),
) {
  const failing = faults.settle(clock, (async () => act())());
  await expect(failing).rejects.toMatchObject({
    ...UNAVAILABLE,
    ...(mode === 'hangs' ? {} : { cause: { message: 'away' } }),
  });
}

describe.each(Object.entries(THROTTLE_VERBS))('throttle.%s', (_, verb) => {
  it.each(MODES)('is a 503 at a store that %s', async (mode) => {
    const [faults, clock] = [new Faults(), createFakeClock()];
    const store = faults.in('throttle', memoryThrottleStore());
    const throttle = createThrottle({ store, clock });
    const attempt = await begun(throttle);
    faults.arm(1, mode);
    await expect503(() => verb(throttle, attempt), faults, mode, clock);
  });
});

describe('a throttle of one’s own', () => {
  it.each(MODES)('that %s is a 503 as well', async (mode) => {
    const [faults, clock] = [new Faults(), createFakeClock()];
    const throttle = faults.in('throttle', plain(createThrottle({ clock })));
    const { accounts, register } = setUp({ throttle, clock });
    await register('ada');
    faults.arm(1, mode);
    const input = { name: 'ada', password: PASSWORD };
    await expect503(() => accounts.verifyPassword(input), faults, mode, clock);
  });

  it('that answers too late has its attempt taken back', async () => {
    const clock = createFakeClock();
    const own = createThrottle({ clock });
    const answers: (() => void)[] = [];
    let isSlow = false;
    const throttle: Throttle = {
      ...plain(own),
      async begin(by) {
        const decision = await own.begin(by);
        if (isSlow) await new Promise<void>((resolve) => void answers.push(resolve));
        return decision;
      },
    };
    const { register, verify } = setUp({ throttle, clock });
    await register('ada');
    isSlow = true;
    for (let time = 0; time < 5; time += 1) {
      const outcome = expect(verify('ada', PASSWORD)).rejects.toMatchObject(UNAVAILABLE);
      await settled();
      clock.advance(2_000);
      await outcome;
      for (const answer of answers.splice(0)) answer();
      await settled();
    }
    isSlow = false;
    const verified = await verify('ada', PASSWORD);
    expect(verified).toMatchObject({ ok: true });
    expect(verified).not.toHaveProperty('failures');
  });

  it.each(MODES)('whose attempts cannot be settled (it %s) undoes no sign-in', async (mode) => {
    const [faults, clock] = [new Faults(), createFakeClock()];
    const own = plain(createThrottle({ clock }));
    const throttle: Throttle = {
      ...own,
      async begin(by) {
        const decision = await own.begin(by);
        return decision.ok
          ? { ...decision, attempt: faults.in('attempt', plain(decision.attempt)) }
          : decision;
      },
    };
    const { accounts, register, events } = setUp({ throttle, clock });
    await register('ada');
    faults.arm(1, mode);
    const verified = accounts.verifyPassword({ name: 'ada', password: PASSWORD });
    expect(await faults.settle(clock, verified)).toMatchObject({ ok: true });
    expect(events).toContainEqual(
      expect.objectContaining({ action: 'count-failures', outcome: 'failed' }),
    );
  });
});

/** The same verbs on an object that this library has not made. */
function plain<T extends object>(made: T): T {
  return { ...made };
}

describe('a count that comes too late', () => {
  /** Counts at once and answers when it is let. */
  function lateStore() {
    const memory = memoryThrottleStore();
    const answers: (() => void)[] = [];
    const store: ThrottleStore = {
      count: (counters, now) =>
        new Promise<Count>((resolve) => {
          const answer = memory.count(counters, now);
          answers.push(() => resolve(answer));
        }),
      settle: (counted, outcome) => memory.settle(counted, outcome),
      forget: (keys) => memory.forget(keys),
      sweep: () => 0,
      close: () => memory.close(),
    };
    return { store, memory, answerAll: () => answers.splice(0).forEach((answer) => answer()) };
  }

  it('is taken back: who was answered with a 503 has made no attempt', async () => {
    const clock = createFakeClock();
    const { store, memory, answerAll } = lateStore();
    const throttle = createThrottle({ store, clock });
    for (let time = 0; time < 7; time += 1) {
      const outcome = expect(throttle.begin({ account: 'ada' })).rejects.toMatchObject(UNAVAILABLE);
      clock.advance(2_000);
      await outcome;
      answerAll();
      await settled();
    }
    expect(memory.size).toBe(0);
    const decision = throttle.begin({ account: 'ada' });
    answerAll();
    expect(await decision).toMatchObject({ ok: true, failures: 1 });
  });
});

describe('what an account store has done', () => {
  it('after its time was up is neither undone nor told of again', async () => {
    const clock = createFakeClock();
    const memory = memoryAccountStore();
    const late: (() => void)[] = [];
    const store: AccountStore = {
      ...everyVerb(memory),
      create: (row) =>
        new Promise((resolve) => {
          late.push(() => resolve(memory.create(row)));
        }),
    };
    const { accounts, events } = setUp({ store, clock });
    const registering = accounts.register({ name: 'ada', password: PASSWORD });
    const outcome = expect(registering).rejects.toMatchObject(UNAVAILABLE);
    for (let waited = 0; waited < 5; waited += 1) await settled();
    clock.advance(2_000);
    await outcome;
    for (const answer of late) answer();
    await settled();
    expect(events).toEqual([]);
    const verified = accounts.verifyPassword({ name: 'ada', password: PASSWORD });
    expect(await verified).toMatchObject({ ok: true });
  });

  it('is waited for as long as `storeTimeout` says', async () => {
    const clock = createFakeClock();
    const store = {
      ...everyVerb(memoryAccountStore()),
      findById: () => new Promise<never>(() => {}),
    };
    const { accounts } = setUp({ store, clock, storeTimeout: '5s' });
    const outcome = expect(accounts.findUser('ada')).rejects.toThrow('No answer within 5000 ms');
    clock.advance(5_000);
    await outcome;
  });
});

function everyVerb(store: AccountStore): AccountStore {
  return {
    create: (row) => store.create(row),
    findById: (userId) => store.findById(userId),
    findByKey: (key) => store.findByKey(key),
    replace: (row) => store.replace(row),
    addActivity: (userId, activity, options) => store.addActivity(userId, activity, options),
    listActivity: (userId, limit) => store.listActivity(userId, limit),
    forgetActivity: (userId) => store.forgetActivity(userId),
    close: () => store.close(),
  };
}
