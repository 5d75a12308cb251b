import { once } from 'node:events';
import { connect } from 'node:net';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { makeFolder } from '../setup/folder.js';
import { startDoorkeeper, type Doorkeeper } from './doorkeeper-process.js';
import { ADA, HttpVisitor } from './http-visitor.js';

const FORM = 'application/x-www-form-urlencoded';

const PATHS = `/ /sign-in /sign-up /sign-out /devices /devices/end /devices/end-others /confirm
  /password /healthz /assets/x /% /x`.split(/\s+/);

/** What forms and queries are put together from. */
const PIECES = `name password repeated return_to id action remember = & + % %00 %0d%0a %ff
  %F0%9F%94%91 é " < __proto__ ${'x'.repeat(900)}`.split(/\s+/);

/** A server that closes before it has read everything resets the line, and the answer may be lost with it. */
const MOST_TRIES = 30;

/** Sends bytes as they are, and gives the status of the answer; 0 when the line was just closed. */
async function sendRaw(port: number, text: string): Promise<number> {
  for (let tries = 1; tries < MOST_TRIES; tries += 1) {
    const status = await sendOnce(port, text).catch(() => undefined);
    if (status !== undefined) return status;
  }
  return sendOnce(port, text);
}

async function sendOnce(port: number, text: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (data: string) => (answer += data));
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  const statusOf = (): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
  try {
    await once(socket, 'close');
  } catch (error) {
    // Reset after the answer had come is as good as closed.
    if (statusOf() === 0) throw error;
  }
  return statusOf();
}

function request(
  { port, url }: Doorkeeper,
  line: string,
  headers: readonly string[] = [],
  body = '',
): string {
  const common = [`Host: localhost:${port}`, 'Connection: close', `Content-Length: ${body.length}`];
  const own = headers.some((header) => /^origin:/i.test(header)) ? [] : [`Origin: ${url}`];
  return `${[`${line} HTTP/1.1`, ...common, ...own, ...headers].join('\r\n')}\r\n\r\n${body}`;
}

describe('what no browser sends', () => {
  it('gets an answer of its own, and never a 500', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    const type = `Content-Type: ${FORM}`;
    const send = (line: string, headers?: readonly string[], body?: string) =>
      sendRaw(doorkeeper.port, request(doorkeeper, line, headers, body));
    const found = {
      'a password of 100 kB': await send(
        'POST /sign-in',
        [type],
        `name=a&password=${'x'.repeat(1e5)}`,
      ),
      'a form of 1 MB': await send('POST /sign-up', [type], `name=${'x'.repeat(1e6)}`),
      'a broken escape in a form': await send('POST /sign-in', [type], 'name=%zz&password=%E0%A4'),
      'NUL in a form': await send('POST /sign-in', [type], 'name=%00&password=%00'),
      'a broken escape in a path': await send('GET /%E0%A4%A'),
      'a broken escape in a query': await send('GET /sign-in?return_to=%E0%A4%A&%zz'),
      JSON: await send('POST /sign-in', ['Content-Type: application/json'], '{"name":"a"}'),
      'no content type': await send('POST /sign-in', [], 'name=a&password=b'),
      'no body': await send('POST /sign-in', [type]),
      'headers of 64 kB': await send('GET /', [`X-Large: ${'x'.repeat(65_536)}`]),
      'many cookies': await send('GET /', [`Cookie: ${'a=b; '.repeat(2_000)}`]),
      'a cookie that is no token': await send('GET /', ['Cookie: __Host-id=%00"\\;x']),
      'a token nobody made': await send('GET /', [`Cookie: __Host-id=${'A'.repeat(80)}`]),
      'two session cookies': await send('GET /', [`Cookie: __Host-id=a; __Host-id=b`]),
      'an unknown method': await send('PURGE /'),
      'an unknown path': await send('GET //evil.example/%2e%2e'),
      'a whole URL for a path': await send('GET http://evil.example/'),
      'a bad host': await sendRaw(
        doorkeeper.port,
        'GET / HTTP/1.1\r\nHost: a b/\\\r\nConnection: close\r\n\r\n',
      ),
      'no host': await sendRaw(doorkeeper.port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'),
      'an old version': await sendRaw(doorkeeper.port, 'GET / HTTP/1.0\r\n\r\n'),
      'no HTTP': await sendRaw(doorkeeper.port, '\x16\x03\x01\x00\xa5\x01'),
    };
    expect(found).toEqual({
      'a password of 100 kB': 413,
      'a form of 1 MB': 413,
      'a broken escape in a form': 400,
      'NUL in a form': 401,
      'a broken escape in a path': 404,
      'a broken escape in a query': 200,
      JSON: 415,
      'no content type': 415,
      'no body': 422,
      'headers of 64 kB': 431,
      'many cookies': 303,
      'a cookie that is no token': 303,
      'a token nobody made': 303,
      'two session cookies': 303,
      'an unknown method': 404,
      'an unknown path': 404,
      'a whole URL for a path': 303,
      'a bad host': 400,
      'no host': 400,
      'an old version': 400,
      'no HTTP': 400,
    });
    expect(doorkeeper.output.stderr).not.toContain('"level":"error"');
  });

  it('costs no work: a password of 100 kB is refused within a tenth of a second', async () => {
    const { url } = await startDoorkeeper(makeFolder());
    const visitor = new HttpVisitor(url);
    await visitor.get('/sign-in');
    // The least of several: what else the machine does only adds.
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 50 && least >= 100; round += 1) {
      const start = performance.now();
      await visitor.post('/sign-in', { name: ADA, password: 'x'.repeat(100_000) });
      least = Math.min(least, performance.now() - start);
    }
    expect(least).toBeLessThan(100);
  });

  it('never makes a 500, nor a line in the log that is not JSON', async () => {
    const doorkeeper = await startDoorkeeper(makeFolder());
    const visitor = new HttpVisitor(doorkeeper.url);
    await visitor.signUp(doorkeeper);
    const cookie = `Cookie: ${visitor.cookie ?? ''}`;
    const piece = fc.constantFrom(...PIECES);
    const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
    const hostile = fc.record({
      method: fc.constantFrom('GET', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'QUERY'),
      path: fc.constantFrom(...PATHS),
      query: fc.option(text, { nil: undefined }),
      type: fc.constantFrom(FORM, FORM, 'text/plain', 'application/json', `${FORM}; charset=x`),
      cookies: fc.constantFrom([], [cookie], [`${cookie}; ${cookie.slice(8)}`], ['Cookie: =;;=']),
      body: text,
    });
    const property = fc.asyncProperty(hostile, async ({ method, path, query, ...rest }) => {
      const line = `${method} ${path}${query === undefined ? '' : `?${encodeURI(query)}`}`;
      const headers = [`Content-Type: ${rest.type}`, ...rest.cookies];
      const body = Buffer.from(rest.body).toString('latin1');
      const status = await sendRaw(doorkeeper.port, request(doorkeeper, line, headers, body));
      expect(status, `${line} ${body}`).toBeGreaterThanOrEqual(200);
      expect(status, `${line} ${body}`).toBeLessThan(500);
    });
    await fc.assert(property, { numRuns: 300, endOnFailure: true });
    const lines = doorkeeper.output.stderr.split('\n').filter((entry) => entry !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const entry of lines) expect(JSON.parse(entry)).not.toMatchObject({ level: 'error' });
  });
});
