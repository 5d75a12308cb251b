// Another process at work on the same SQLite files. Input: `lock PATH…` begins a write in each of them
// and answers `locked`; `release` takes them back and answers `released`.

import { createInterface } from 'node:readline';

import { openDatabase } from 'countersign/stores/sqlite';

/** @type {import('countersign/stores/sqlite').SqliteDatabase[]} */
let held = [];

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...paths] = line.split('\t');
  if (command === 'lock') {
    held = paths.map((path) => openDatabase(path));
    for (const database of held) {
      database.exec('PRAGMA busy_timeout = 5000');
      database.exec('BEGIN IMMEDIATE');
      database.exec('CREATE TABLE half_done (word TEXT)');
    }
    process.stdout.write('locked\n');
  } else {
    for (const database of held) {
      database.exec('ROLLBACK');
      database.close();
    }
    held = [];
    process.stdout.write('released\n');
  }
}
