import express from 'express';
import { createSessions } from 'countersign';
import { createAccounts, createThrottle } from 'countersign/accounts';
import { argon2Hasher } from 'countersign/accounts/argon2';
import { sessionMiddleware } from 'countersign/adapters/express';
import { createFlows } from 'countersign/flows';
import * as sqlite from 'countersign/stores/sqlite';

const { SESSION_KEY, DATABASE = 'app.db', PORT = 3000 } = process.env;
const database = sqlite.openDatabase(DATABASE);
const sessions = createSessions({ store: sqlite.sqliteStore({ database }), keys: [SESSION_KEY] });
const accounts = createAccounts({
  store: sqlite.sqliteAccountStore({ database }),
  hasher: argon2Hasher(),
  keys: [SESSION_KEY],
  throttle: createThrottle({ store: sqlite.sqliteThrottleStore({ database }) }),
});
const oneTime = sqlite.sqliteOneTimeStore({ database });
const flows = createFlows({ sessions, accounts, serviceName: 'Example', oneTime });

const app = express();
app.use(sessionMiddleware(sessions, { origins: [`http://localhost:${PORT}`] }));
app.use(express.urlencoded({ extended: false }));

const input = (name, type, autocomplete) =>
  `<label>${name} <input name="${name}" type="${type}" autocomplete="${autocomplete}"></label> `;
const button = (words, action = '') => `<button formaction="${action}">${words}</button> `;
const form = (...parts) => `<form method="post">${parts.join('')}</form>`;
const password = input('password', 'password', 'current-password');
const code = input('code', 'text', 'one-time-code');

const STATUS = { refused: 401, malformed: 400, throttled: 429 };
const refuse = (response, { reason, message = `${reason}.`, retryAfterMs = 0 }) => {
  if (reason === 'second-factor') return response.send(form(code, button('Go on', '/second-step')));
  if (reason === 'step-up')
    return response.send(form('Once more: ', password, code, button('Go on', '/confirm')));
  response.set('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  return response.status(STATUS[reason] ?? 422).send(`${message} <a href="/">Back</a>`);
};
const goHome = (response) => response.redirect(303, '/');
const post = (path, act, done = goHome) =>
  app.post(path, async (request, response) => {
    const visit = { session: request.session, request, response };
    const outcome = await act(visit, request.body ?? {});
    return outcome.ok ? done(response, outcome) : refuse(response, outcome);
  });

const signIn = flows.signIn.withPassword;
app.get('/', async (request, response) => {
  const user = await flows.account.user({ session: request.session, request, response });
  const gate = [input('name', 'text', 'username'), password, button('Sign in', '/sign-in')];
  if (!user) return response.send(form(...gate, button('Create an account', '/register')));
  const level = `Signed in at level ${flows.levelOf(request.session)}. `;
  const [words, verb] = user.totp ? ['Remove', 'remove'] : ['Set up', 'begin'];
  const second = button(`${words} the second step`, `/totp/${verb}`);
  return response.send(form(level, second, button('Sign out', '/sign-out')));
});
post('/register', async (visit, { name, password }) => {
  const made = await accounts.register({ name, password }, { address: visit.request.ip });
  return made.ok ? signIn(visit, { name, password }) : made;
});
post('/sign-in', (visit, { name, password }) => signIn(visit, { name, password }));
post('/second-step', (visit, { code }) => flows.signIn.withTotp(visit, { code }));
post('/totp/begin', flows.totp.begin, (response, { secret, setup }) => {
  const hidden = `<input type="hidden" name="setup" value="${setup}">`;
  response.send(form(`Into your app: ${secret} `, hidden, code, button('Done', '/totp/confirm')));
});
post(
  '/totp/confirm',
  (visit, { setup, code }) => flows.totp.confirm(visit, { setup, code, endOthers: true }),
  (response, { recoveryCodes }) => response.send(`Keep these: ${recoveryCodes.join(' ')}`),
);
post('/totp/remove', (visit) => flows.totp.remove(visit, { endOthers: true }));
post('/confirm', async (visit, { password, code }) => {
  const known = await flows.stepUp.withPassword(visit, { password });
  return known.ok && code ? flows.stepUp.withTotp(visit, { code }) : known;
});
post('/sign-out', ({ session }) => session.signOut().then(() => ({ ok: true })));
app.listen(PORT, () => console.log(`Open http://localhost:${PORT}/`));
