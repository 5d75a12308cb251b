// The article's second program on node:http: it reads the cookie that the first one set. Cookies know
// no ports, so it may run beside the first.
// Run it: PORT=3001 npm run example -w examples -- article/read-cookie-node

import { createServer } from 'node:http';

import { parseCookies } from 'countersign/cookie';

const port = Number(process.env['PORT'] ?? 3000);

createServer((request, response) => {
  const sessionToken = parseCookies(request).get('session_token');
  response.end(`Session Token: ${sessionToken}`);
}).listen(port, () => console.log(`Open http://localhost:${port}/`));
