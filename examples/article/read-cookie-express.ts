// The article's second program on Express: it reads the cookie that the first one set. Cookies know no
// ports, so it may run beside the first.
// Run it: PORT=3001 npm run example -w examples -- article/read-cookie-express

import { parseCookies } from 'countersign/cookie';
import express from 'express';

const port = Number(process.env['PORT'] ?? 3000);
const app = express();

app.get('/', (request, response) => {
  const sessionToken = parseCookies(request).get('session_token');
  // As text: a cookie is what a client sends, and must not become HTML.
  response.type('text').send(`Session Token: ${sessionToken}`);
});

app.listen(port, () => console.log(`Open http://localhost:${port}/`));
