// One of several processes that guess at the same account at once.
// Arguments: the file, how many guesses, how many are free. Prints the count of each that was let through.

import { once } from 'node:events';

import { createThrottle } from 'countersign/accounts';
import { sqliteThrottleStore } from 'countersign/stores/sqlite';

const [path = '', guesses = '', freeFailures = ''] = process.argv.slice(2);
const store = sqliteThrottleStore({ path });
const throttle = createThrottle({ store, freeFailures: Number(freeFailures) });

/** Begins all guesses before the first one is answered. */
async function guess() {
  const decisions = Array.from({ length: Number(guesses) }, async () =>
    throttle.begin({ account: 'ada' }),
  );
  const begun = await Promise.all(decisions);
  process.stdout.write(JSON.stringify(begun.flatMap((each) => (each.ok ? [each.failures] : []))));
  store.close();
}

process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
await guess();
