// The conformance suite under `node:test`, without any other test runner.
// Arguments: a folder for the files.

import { join } from 'node:path';
import { describe, test } from 'node:test';

import { sqliteStore } from 'countersign/stores/sqlite';
import { describeSessionStore } from 'countersign/testing';

const [folder = ''] = process.argv.slice(2);
let files = 0;
const path = () => join(folder, `${files}.db`);

describeSessionStore(
  'sqliteStore',
  {
    create(clock) {
      files += 1;
      return sqliteStore({ path: path(), clock });
    },
    createPeer: (_, clock) => sqliteStore({ path: path(), clock }),
  },
  { describe, test },
);
