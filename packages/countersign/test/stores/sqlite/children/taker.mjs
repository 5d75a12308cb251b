// One of several processes that take the same one-time records at once, and replace each other's.
// Arguments: the file, this process's number, how many there are of them, how many records, the time. Each
// begins at a record of its own, says so, and waits for a line. Prints as JSON which it got and which it put.

import { once } from 'node:events';

import { sqliteOneTimeStore } from 'countersign/stores/sqlite';

const [path = '', number = '', processes = '', count = '', time = ''] = process.argv.slice(2);
const store = sqliteOneTimeStore({ path });
const now = Number(time);
/** @type {string[]} */
const taken = [];
/** @type {string[]} */
const put = [];

const first = (Number(number) * Number(count)) / Number(processes);
for (let i = 0; i < Number(count); i += 1) {
  const record = await store.take('reset', `hash-${(first + i) % Number(count)}`, now);
  if (record !== null) taken.push(record.hash);
  const hash = `${number}-${i}`;
  const expiresAt = now + 600_000;
  await store.put(
    { hash, kind: 'reset', subject: 'shared', expiresAt, content: '{}' },
    { replaces: true },
  );
  put.push(hash);
  if (i > 0) continue;
  // None gets further until all have begun: otherwise one might be done before another starts.
  process.stdout.write('begun\n');
  await once(process.stdin, 'data');
}
store.close();
process.stdin.unref();
process.stdout.write(JSON.stringify({ taken, put }));
