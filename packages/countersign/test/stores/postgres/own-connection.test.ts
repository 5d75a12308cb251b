import { expect, test } from 'vitest';

import type { PgClient } from '../../../src/stores/postgres/driver.js';
import { OwnConnection, type PgAnswer } from '../../../src/stores/postgres/own-connection.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A Client that answers when it is told to. */
class FakeClient implements PgClient {
  readonly pipeline = true;
  isEnded = false;
  readonly #waiting: ((error: Error | null) => void)[] = [];
  readonly #listeners: (() => void)[] = [];

  query(): Promise<PgAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push((error) => (error === null ? resolve({ rows: [] }) : reject(error)));
    });
  }

  on(event: string, listener: (...values: never[]) => void): void {
    if (event === 'end') this.#listeners.push(listener);
  }

  end(): Promise<void> {
    this.isEnded = true;
    this.break();
    return Promise.resolve();
  }

  answer(): void {
    this.#waiting.shift()?.(null);
  }

  break(): void {
    for (const settleOne of this.#waiting.splice(0)) settleOne(new Error('Connection terminated'));
    for (const listener of this.#listeners) listener();
  }
}

interface Scene {
  readonly clock: FakeClock;
  readonly clients: FakeClient[];
  readonly connection: OwnConnection;
  /** Asks, and notes in `outcomes` what comes of it. */
  ask(): Promise<void>;
  readonly outcomes: string[];
}

function scene(options: { readonly failures?: number } = {}): Scene {
  const clock = createFakeClock();
  const clients: FakeClient[] = [];
  const outcomes: string[] = [];
  let failures = options.failures ?? 0;
  const connection = new OwnConnection(() => {
    if (failures > 0) {
      failures -= 1;
      return Promise.reject(new Error('refused'));
    }
    const client = new FakeClient();
    clients.push(client);
    return Promise.resolve(client);
  }, clock);
  const ask = async (): Promise<void> => {
    const note = (outcome: string): void => {
      connection.answered();
      outcomes.push(outcome);
    };
    void connection.ask({ text: '' }).then(
      () => note('ok'),
      (error: unknown) => note(error instanceof Error ? error.message : ''),
    );
    await settle();
  };
  return { clock, clients, connection, ask, outcomes };
}

test('queries at once share one connection', async () => {
  const { ask, clients, outcomes } = scene();
  await Promise.all([ask(), ask(), ask()]);
  expect(clients.length).toBe(1);
  for (let i = 0; i < 3; i += 1) clients[0]?.answer();
  await settle();
  expect(outcomes).toEqual(['ok', 'ok', 'ok']);
});

test('after one that cannot be made, or was lost, the next query makes another', async () => {
  const { ask, clients, outcomes } = scene({ failures: 2 });
  await ask();
  await ask();
  expect(outcomes).toEqual(['refused', 'refused']);
  await ask();
  clients[0]?.break();
  await ask();
  clients[1]?.answer();
  await settle();
  expect(outcomes.slice(2)).toEqual(['Connection terminated', 'ok']);
  expect(clients.length).toBe(2);
});

test('one that answers nothing for five seconds is given up', async () => {
  const { ask, clients, clock, outcomes } = scene();
  await ask();
  clients[0]?.answer();
  await settle();
  clock.advance(5_000);
  await ask();
  clock.advance(4_999);
  expect(clients[0]?.isEnded).toBe(false);
  clock.advance(1);
  await settle();
  expect(clients[0]?.isEnded).toBe(true);
  expect(outcomes).toEqual(['ok', 'Connection terminated']);
  await ask();
  expect(clients.length).toBe(2);
});

test('one that answers slowly is kept, as long as it answers', async () => {
  const { ask, clients, clock, outcomes } = scene();
  for (let i = 0; i < 10; i += 1) await ask();
  for (let i = 0; i < 9; i += 1) {
    clock.advance(4_000);
    clients[0]?.answer();
    await settle();
  }
  expect(clients[0]?.isEnded).toBe(false);
  expect(outcomes.length).toBe(9);
  clock.advance(10_000);
  expect(clients[0]?.isEnded).toBe(true);
});

test('an idle one needs no timer, and is kept', async () => {
  const { ask, clients, clock } = scene();
  await ask();
  clients[0]?.answer();
  await settle();
  clock.advance(5_000);
  expect(clock.waiting).toBe(0);
  clock.advance(3_600_000);
  expect(clients[0]?.isEnded).toBe(false);
});

test('closing ends it and its timer, also one that comes later', async () => {
  const { ask, clients, clock, connection } = scene();
  await ask();
  connection.close();
  expect(clients[0]?.isEnded).toBe(true);
  expect(clock.waiting).toBe(0);
  const late = scene();
  const asked = late.ask();
  late.connection.close();
  await asked;
  expect(late.clients[0]?.isEnded).toBe(true);
  expect(late.outcomes).toEqual(['The PostgreSQL store was closed.']);
});
