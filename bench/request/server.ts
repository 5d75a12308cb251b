// A process with one contender's server in it. Started by `RunningServer`, which also ends it; it
// reports its own CPU time when asked.

import { createServer } from 'node:http';

import { CONTENDERS } from './contender.js';
import { ASK_USAGE, type FromServer } from './message.js';

const [, , name = '', place = ''] = process.argv;
const create = CONTENDERS[name];
if (create === undefined) throw new Error(`There is no contender "${name}"`);

const { listener, cookieName, tokens } = await create(place);
// Each server rests while the other is measured, and its connections have to outlive that.
const server = createServer({ keepAliveTimeout: 60_000 }, listener);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  tell({ kind: 'ready', port: address.port, cookieName, tokens });
});

process.on('message', (message) => {
  if (message !== ASK_USAGE) return;
  const { user, system } = process.cpuUsage();
  tell({ kind: 'usage', microseconds: user + system });
});
// No server outlives whoever measures it.
process.on('disconnect', () => process.exit(0));

function tell(message: FromServer): void {
  process.send?.(message);
}
