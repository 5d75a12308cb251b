// One of several processes that work on the same file at once.
// Arguments: the file, this process's number, how many rounds. Prints what it did as JSON.

import { sqliteStore } from 'countersign/stores/sqlite';

import { describe, makeRecord, setKey } from './record.mjs';

const [path = '', number = '', rounds = ''] = process.argv.slice(2);
const store = sqliteStore({ path });
/** @type {string[]} */
const errors = [];
const done = { patches: 0, updates: 0, conflicts: 0, inserts: 0 };

/** Adds 1 to a number that all processes share, as `session.update` does. */
async function increment() {
  for (;;) {
    const record = await store.read('shared');
    if (record === null) throw new Error('The shared session is gone');
    const total = Number(/"total":(\d+)/.exec(record.data)?.[1] ?? 0);
    const guard = { ifRevision: record.revision };
    if ((await store.patch('shared', setKey('total', total + 1), guard)) === 'ok') return;
    done.conflicts += 1;
  }
}

/** @param {number} turn */
async function work(turn) {
  const userId = `user ${turn % 7}`;
  const id = `${number}-${turn}`;
  await store.patch('shared', setKey(id, turn), {});
  done.patches += 1;
  await increment();
  done.updates += 1;
  const epoch = await store.epoch(userId);
  /** @type {import('countersign').InsertGuard} */
  const guard = { epoch, limit: { max: 5, over: 'end-oldest' } };
  if ((await store.insert(makeRecord(id, userId), guard)).ok) done.inserts += 1;
  await store.touch([{ id, seen: Date.now() + 1 }]);
  await store.list(userId);
  if (turn % 5 === 0) await store.endUser(userId, {});
  else await store.end([id]);
  await store.sweep(10);
}

for (let turn = 0; turn < Number(rounds); turn += 1) {
  // Four at once within the process too.
  const together = [0, 1, 2, 3].map((i) => work(turn * 4 + i));
  for (const outcome of await Promise.allSettled(together)) {
    if (outcome.status === 'rejected') errors.push(describe(outcome.reason));
  }
}
store.close();
process.stdout.write(JSON.stringify({ errors, done }));
