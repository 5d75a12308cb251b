// Writes until it is killed, and says what was answered: one line for each, at once.
// Arguments: the file, a name for this run. Lines: `insert ID`, `patch ID NUMBER`, `end ID`.

import { writeSync } from 'node:fs';

import { sqliteStore } from 'countersign/stores/sqlite';

import { makeRecord, setKey } from './record.mjs';

const [path = '', run = ''] = process.argv.slice(2);
const store = sqliteStore({ path });
/** @param {string} line */
function answered(line) {
  writeSync(1, `${line}\n`);
}

for (let write = 0; ; write += 4) {
  const [kept, ended] = [`${run}-${write}-kept`, `${run}-${write}-ended`];
  await store.insert(makeRecord(kept, 'user'), {});
  answered(`insert ${kept}`);
  await store.insert(makeRecord(ended, 'user'), {});
  answered(`insert ${ended}`);
  await store.patch(kept, setKey('a', write), {});
  answered(`patch ${kept} ${write}`);
  await store.end([ended]);
  answered(`end ${ended}`);
}
