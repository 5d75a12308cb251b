// Sign in and out, on as many processes and machines as the store can serve: STORE says where sessions live.

import express from 'express';
import { createSessions } from 'countersign';
import { sessionMiddleware } from 'countersign/adapters/express';

import { openStore } from './open-store.js';

const { SESSION_KEY, STORE = 'file:./sessions.db', PORT = 3000 } = process.env;
const sessions = createSessions({ store: await openStore(STORE), keys: [SESSION_KEY] });
const app = express().use(sessionMiddleware(sessions, { origins: [`http://localhost:${PORT}`] }));

const form = `<form method="post"><button formaction="in">Sign in</button> <button formaction="out">Sign out</button></form>`;
app.get('/', ({ session }, res) => void res.send(`You: ${session.userId ?? 'nobody'} ${form}`));
app.post('/in', async ({ session }, res) => {
  await session.signIn('ada'); // once you have checked the password
  res.redirect('/');
});
app.post('/out', ({ session }, res) => session.signOut().then(() => res.redirect('/')));
app.listen(PORT, () => console.log(`Open http://localhost:${PORT}/`));
