// Serves side-by-side.ts for a look at both ways with a browser's network tools or with curl.
// Run it: npm run example -w examples -- article/side-by-side-server

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { createListener, USER } from './side-by-side.js';

const port = Number(process.env['PORT'] ?? 3000);
const url = `http://localhost:${port}`;
const key = randomBytes(32).toString('base64');

createServer(createListener({ key, origin: url })).listen(port, () => {
  console.log(
    `The password with every request: curl -v -u ${USER.name}:${USER.password} ${url}/basic`,
  );
  console.log(
    `The password once: curl -v -c jar -d 'name=${USER.name}&password=${USER.password}' ${url}/sign-in`,
  );
  console.log(`Then the cookie alone: curl -v -b jar ${url}/session`);
});
