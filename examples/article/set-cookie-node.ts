// The article's first program on node:http: every answer sets a cookie.
// Run it: npm run example -w examples -- article/set-cookie-node

import { createServer } from 'node:http';

import { setCookie } from 'countersign/cookie';

const port = Number(process.env['PORT'] ?? 3000);

createServer((_request, response) => {
  setCookie(response, 'session_token', '123456789', { maxAge: 3600, httpOnly: true });
  response.end('Cookies set successfully!');
}).listen(port, () => console.log(`Open http://localhost:${port}/`));
