// The breach check against a server that speaks the protocol of Pwned Passwords (G31, ASVS 6.2.12).

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

import { afterEach, describe, expect, it } from 'vitest';

import { breachCheck, type BreachCheckOptions } from '../../src/accounts/breach-check.js';
import { askScreen } from '../../src/accounts/password-screen.js';
import { createFakeClock } from '../../src/testing/fake-clock.js';

const BREACHED = 'correct horse battery staple';
const OTHER = 'a quiet otter and seven lamps';
const DIGITS = createHash('sha1').update(BREACHED).digest('hex').toUpperCase();
const REST = DIGITS.slice(5);
/** A hash that no test asks for, and one as padding writes it. */
const STRANGE = `${'0'.repeat(34)}1:12`;

const servers: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Serves on a free port; gives the requests that came. */
async function serve(answer: RequestListener) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  servers.push({ close });
  return { requests, close, url: `http://127.0.0.1:${port}/range/` };
}

function lines(...entries: readonly string[]): RequestListener {
  return (_, response) => response.end(entries.join('\r\n'));
}

describe('what is sent', () => {
  it('is five digits of the hash and no more, and a wish for padding', async () => {
    const { requests, url } = await serve(lines(STRANGE));
    await breachCheck({ url })(BREACHED);
    expect(requests.map((request) => [request.method, request.url])).toEqual([
      ['GET', `/range/${DIGITS.slice(0, 5)}`],
    ]);
    expect(requests[0]?.headers).toMatchObject({ 'add-padding': 'true' });
    const everything = JSON.stringify(requests[0]?.rawHeaders).toUpperCase();
    expect(everything).not.toContain(REST.slice(0, 8));
  });
});

describe('the answer', () => {
  it.each([
    ['a password that it has', [STRANGE, `${REST}:3`], 'known'],
    ['the same in small letters', [`${REST.toLowerCase()}:3`, STRANGE], 'known'],
    ['one that it does not have', [STRANGE], 'unknown'],
    ['one that only its padding has', [STRANGE, `${REST}:0`], 'unknown'],
  ])('is right for %s', async (_, entries, expected) => {
    const { url } = await serve(lines(...entries));
    expect(await breachCheck({ url })(BREACHED)).toBe(expected);
  });

  it('is for the password that was asked for', async () => {
    const { url } = await serve(lines(`${REST}:3`));
    expect(await breachCheck({ url })(OTHER)).toBe('unknown');
  });

  it('may come in pieces', async () => {
    const { url } = await serve((_, response) => {
      response.write(`${STRANGE}\r\n${REST.slice(0, 9)}`);
      setImmediate(() => response.end(`${REST.slice(9)}:17\r\n`));
    });
    expect(await breachCheck({ url })(BREACHED)).toBe('known');
  });

  it.each<[string, RequestListener]>([
    ['an error', (_, response) => response.writeHead(503).end(`${REST}:3`)],
    ['too many requests', (_, response) => response.writeHead(429).end()],
    ['another page', (_, response) => response.end('<html>Sign in to the network</html>')],
    ['nothing', (_, response) => response.end()],
    [
      'a way to somewhere else',
      ({ url }, response) =>
        url === '/else'
          ? response.end(`${REST}:3`)
          : response.writeHead(302, { location: '/else' }).end(),
    ],
    ['a megabyte', (_, response) => response.end(`${STRANGE}\r\n`.repeat(25_000))],
    [
      'half of an answer',
      (_, response) =>
        response.writeHead(200, { 'content-length': 99 }).write(STRANGE, () => response.destroy()),
    ],
  ])('is unavailable when the service gives %s', async (_, answer) => {
    const { url } = await serve(answer);
    expect(await breachCheck({ url })(BREACHED)).toBe('unavailable');
  });

  it('is unavailable when nobody is there', async () => {
    const { url, close } = await serve(lines(STRANGE));
    await close();
    expect(await breachCheck({ url })(BREACHED)).toBe('unavailable');
  });

  it.each<[string, RequestListener]>([
    ['no answer', () => undefined],
    ['an answer without an end', (_, response) => void response.write(`${STRANGE}\r\n`)],
  ])('is unavailable when there is %s in time', async (_, answer) => {
    const clock = createFakeClock();
    let tell = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (tell = resolve));
    const { url } = await serve((request, response) => {
      answer(request, response);
      tell();
    });
    const asked = breachCheck({ url, timeoutMs: 700, clock })(BREACHED);
    await arrived;
    clock.advance(699);
    expect(await Promise.race([asked, Promise.resolve('waiting')])).toBe('waiting');
    clock.advance(1);
    expect(await asked).toBe('unavailable');
  });
});

it('waits no longer for a fetch that heeds no signal', async () => {
  const clock = createFakeClock();
  const fetch = () => new Promise<never>(() => undefined);
  const asked = breachCheck({ fetch, timeoutMs: 700, clock })(BREACHED);
  clock.advance(700);
  expect(await asked).toBe('unavailable');
});

describe('a screen of one’s own', () => {
  const clock = createFakeClock();

  it('that throws or rejects is unavailable, and nobody waits for it in vain', async () => {
    const rejects = () => Promise.reject(new Error('down'));
    expect(await askScreen(rejects, OTHER, clock)).toBe('unavailable');
    const throws = () => {
      throw new Error('down');
    };
    expect(await askScreen(throws, OTHER, clock)).toBe('unavailable');
    expect(await askScreen(async () => 'known', OTHER, clock)).toBe('known');
  });

  it.each([true, 'KNOWN', null, undefined, { breached: true }])(
    'that answers %o is unavailable, and not taken to have said no',
    async (answer) => {
      const screen: unknown = Reflect.apply(askScreen, undefined, [
        () => Promise.resolve(answer),
        OTHER,
        clock,
      ]);
      expect(await screen).toBe('unavailable');
    },
  );

  it('that hangs is unavailable after a minute', async () => {
    const asked = askScreen(() => new Promise<never>(() => undefined), OTHER, clock);
    clock.advance(59_999);
    await Promise.resolve();
    expect(await Promise.race([asked, Promise.resolve('waiting')])).toBe('waiting');
    clock.advance(1);
    expect(await asked).toBe('unavailable');
    expect(clock.waiting).toBe(0);
  });
});

describe('construction', () => {
  it.each<[BreachCheckOptions, RegExp]>([
    [{ url: 'breaches.example' }, /url: is not an absolute URL/],
    [{ url: 'http://breaches.example/range/' }, /url: is not https/],
    [{ url: 'https://breaches.example/range' }, /url: does not end in a slash/],
    [{ url: 'https://user@breaches.example/range/' }, /url: /],
    [{ url: 'https://breaches.example/range/?q=/' }, /url: /],
    [{ timeoutMs: 0 }, /timeoutMs: is 0/],
    [{ timeoutMs: 60_001 }, /timeoutMs/],
  ])('refuses %j', (options, message) => {
    expect(() => breachCheck(options)).toThrow(message);
  });
});
