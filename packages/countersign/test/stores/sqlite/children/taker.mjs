// One of several processes that take the same one-time records at once, and replace each other's.
// Arguments: the file, this process's number, how many records, the time. Waits for a line, then prints
// as JSON which records it got and which it put.

import { once } from 'node:events';

import { sqliteOneTimeStore } from 'countersign/stores/sqlite';

const [path = '', number = '', count = '', time = ''] = process.argv.slice(2);
const store = sqliteOneTimeStore({ path });
const now = Number(time);
/** @type {string[]} */
const taken = [];
/** @type {string[]} */
const put = [];

process.stdout.write('ready\n');
await once(process.stdin, 'data');
for (let i = 0; i < Number(count); i += 1) {
  const record = await store.take('reset', `hash-${i}`, now);
  if (record !== null) taken.push(record.hash);
  const hash = `${number}-${i}`;
  const expiresAt = now + 600_000;
  await store.put(
    { hash, kind: 'reset', subject: 'shared', expiresAt, content: '{}' },
    { replaces: true },
  );
  put.push(hash);
}
store.close();
process.stdin.unref();
process.stdout.write(JSON.stringify({ taken, put }));
