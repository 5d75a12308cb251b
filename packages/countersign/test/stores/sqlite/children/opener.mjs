// One of several processes that open the same new file at the same moment.
// Arguments: the file. Waits for a line on its input, opens, prints the epoch it finds, or the error.

import { sqliteStore } from 'countersign/stores/sqlite';

import { describe } from './record.mjs';

const [path = ''] = process.argv.slice(2);

async function open() {
  const store = sqliteStore({ path });
  const epoch = await store.epoch('user');
  store.close();
  return `epoch ${epoch}`;
}

process.stdout.write('ready\n');
process.stdin.once('data', () => {
  process.stdin.destroy();
  void open()
    .catch(describe)
    .then((answer) => process.stdout.write(answer));
});
