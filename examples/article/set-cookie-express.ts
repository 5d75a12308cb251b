// The article's first program on Express: every answer to `/` sets a cookie.
// Run it: npm run example -w examples -- article/set-cookie-express

import { setCookie } from 'countersign/cookie';
import express from 'express';

const port = Number(process.env['PORT'] ?? 3000);
const app = express();

app.get('/', (_request, response) => {
  setCookie(response, 'session_token', '123456789', { maxAge: 3600, httpOnly: true });
  response.send('Cookies set successfully!');
});

app.listen(port, () => console.log(`Open http://localhost:${port}/`));
