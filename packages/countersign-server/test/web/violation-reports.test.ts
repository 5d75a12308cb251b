// What browsers report of the security policy: who may send what, and what becomes of it (ASVS 3.4.7).

import { describe, expect, it } from 'vitest';

import { openTestDoor, type Door } from './door.js';
import { ORIGIN, Visitor, type Page } from './visitor.js';

const MINUTE = 60_000;
const OLD = 'application/csp-report';
const COLLECTED = 'application/reports+json';

/** As Firefox sends it. */
const FIREFOX = {
  'csp-report': {
    'blocked-uri': 'inline',
    'column-number': 9,
    disposition: 'enforce',
    'document-uri': `${ORIGIN}/sign-in?return_to=%2Fdevices#form`,
    'effective-directive': 'script-src-elem',
    'line-number': 12,
    'original-policy': "default-src 'none'; report-uri /reports",
    referrer: '',
    'source-file': `${ORIGIN}/sign-in?return_to=%2Fdevices`,
    'status-code': 200,
    'violated-directive': 'script-src-elem',
  },
};

/** As Chromium sends it. */
const CHROMIUM = {
  age: 3,
  type: 'csp-violation',
  url: `${ORIGIN}/forgot/finish?token=SECRET`,
  user_agent: 'Mozilla/5.0',
  body: {
    blockedURL: 'https://user:pass@evil.example/x.js?stolen=SECRET#SECRET',
    columnNumber: 1,
    disposition: 'enforce',
    documentURL: `${ORIGIN}/forgot/finish?token=SECRET`,
    effectiveDirective: 'script-src-elem',
    lineNumber: 7,
    originalPolicy: "default-src 'none'",
    referrer: `${ORIGIN}/?token=SECRET`,
    sample: 'SECRET',
    sourceFile: `${ORIGIN}/assets/passkey.js?v=SECRET`,
    statusCode: 200,
  },
};

function send(
  visitor: Visitor,
  content: unknown,
  { type = COLLECTED, headers = {} }: { type?: string; headers?: Record<string, string> } = {},
): Promise<Page> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const given = { 'content-type': type, ...headers };
  return visitor.send('/reports', { method: 'POST', headers: given, body });
}

function violationsIn({ entries }: Door): readonly Readonly<Record<string, unknown>>[] {
  return entries.filter(({ event }) => event === 'policy-violation');
}

describe('a report of a violated policy (ASVS 3.4.7)', () => {
  it.each([
    ['CSP Level 2', OLD, FIREFOX],
    ['the Reporting API', COLLECTED, [CHROMIUM]],
  ])('by %s is one line of the log, and is answered by nothing', async (_name, type, report) => {
    const door = await openTestDoor();
    const page = await send(new Visitor(door.app), report, { type: `${type}; charset=utf-8` });
    expect([page.status, page.text]).toEqual([204, '']);
    const [line, ...more] = violationsIn(door);
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      level: 'warning',
      event: 'policy-violation',
      directive: 'script-src-elem',
      address: '192.0.2.1',
    });
  });

  it('says what was kept out and where, and nothing of queries, fragments, samples and passwords (16.2.5)', async () => {
    const door = await openTestDoor();
    await send(new Visitor(door.app), [CHROMIUM]);
    expect(violationsIn(door)[0]).toMatchObject({
      blocked: 'https://evil.example/x.js',
      page: `${ORIGIN}/forgot/finish`,
      source: `${ORIGIN}/assets/passkey.js`,
      line: 7,
    });
    expect(JSON.stringify(door.entries)).not.toMatch(/SECRET|user:pass|sample|originalPolicy/);
  });

  it('takes the name of the directive out of the words of old browsers', async () => {
    const door = await openTestDoor();
    const { 'effective-directive': _, ...rest } = FIREFOX['csp-report'];
    const old = { ...rest, 'violated-directive': "img-src 'self'" };
    await send(new Visitor(door.app), { 'csp-report': old }, { type: OLD });
    expect(violationsIn(door)[0]).toMatchObject({ directive: 'img-src', blocked: 'inline' });
  });

  it('of another kind, or none at all, is no mistake and no line', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (const content of [[], [{ type: 'deprecation', body: { id: 'x' } }]])
      expect((await send(visitor, content)).status).toBe(204);
    expect(door.entries).toEqual([]);
  });

  it('needs no cookie and looks at none: a copied session ends by no report', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (const cookie of ['__Host-id=forged', '__Host-id=a; __Host-id=b', '\u0001']) {
      const page = await send(visitor, [CHROMIUM], { headers: { cookie } });
      expect([page.status, page.headers.getSetCookie()]).toEqual([204, []]);
    }
    expect(new Set(door.entries.map(({ event }) => event))).toEqual(new Set(['policy-violation']));
  });

  it('is taken wherever the browser says that it comes from, or says nothing', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (const headers of [
      { origin: 'null' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ])
      expect((await send(visitor, [CHROMIUM], { headers })).status).toBe(204);
  });

  it('is a POST', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const headers = { 'sec-fetch-site': 'same-origin' };
      expect([method, (await visitor.send('/reports', { method, headers })).status]).toEqual([
        method,
        404,
      ]);
    }
  });
});

describe('what is no report', () => {
  const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const body = CHROMIUM.body;
  const withBody = (fields: object): unknown => [{ ...CHROMIUM, body: { ...body, ...fields } }];

  it.each<[string, unknown, string]>([
    ['no JSON', '{', COLLECTED],
    ['nothing', '', COLLECTED],
    ['a number', '7', COLLECTED],
    ['null', 'null', OLD],
    ['a text', '"report"', OLD],
    ['a list where there is one report', [FIREFOX], OLD],
    ['one report where there is a list', CHROMIUM, COLLECTED],
    ['a list of lists', [[CHROMIUM]], COLLECTED],
    ['a list of texts', ['csp-violation'], COLLECTED],
    ['a list with null in it', [CHROMIUM, null], COLLECTED],
    ['nested without an end', deep(16_000), COLLECTED],
    [
      'an object in the place of a word',
      withBody({ effectiveDirective: { toString: 'x' } }),
      COLLECTED,
    ],
    ['a directive that is a sentence', withBody({ effectiveDirective: 'hello world' }), COLLECTED],
    ['a directive with a line end', withBody({ effectiveDirective: 'img-src\n' }), COLLECTED],
    [
      'a page that is a number',
      [{ ...CHROMIUM, url: 1, body: { ...body, documentURL: 1 } }],
      COLLECTED,
    ],
    ['a body that is a text', [{ ...CHROMIUM, url: 1, body: 'csp' }], COLLECTED],
    [
      'a prototype',
      '[{"type":"csp-violation","body":{"__proto__":{"effectiveDirective":"img-src"}}}]',
      COLLECTED,
    ],
    ['longer than 32 KiB', [{ ...CHROMIUM, pad: 'x'.repeat(32_768) }], COLLECTED],
    ['a form', 'csp-report=x', 'application/x-www-form-urlencoded'],
    ['JSON of another kind', [CHROMIUM], 'application/json'],
    ['of no type', [CHROMIUM], ''],
    ['of a type that every object has', [CHROMIUM], 'constructor'],
  ])('is a 400, and no line of the log: %s', async (_name, content, type) => {
    const door = await openTestDoor();
    const page = await send(new Visitor(door.app), content, { type });
    expect([page.status, page.text]).toEqual([400, '']);
    expect(door.entries).toEqual([]);
  });

  it('is a body that is no UTF-8, and one that goes on and on', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    const headers = { 'content-type': COLLECTED };
    const broken = await visitor.send('/reports', {
      method: 'POST',
      headers,
      body: new Uint8Array([0x5b, 0xff, 0x5d]),
    });
    expect(broken.status).toBe(400);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1_024;
        controller.enqueue(new Uint8Array(1_024).fill(0x20));
      },
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers,
      body: endless,
      duplex: 'half',
    };
    expect((await visitor.send('/reports', init)).status).toBe(400);
    expect(sent).toBeLessThan(64 * 1_024);
    expect(door.entries).toEqual([]);
  });
});

describe('what is in a report', () => {
  it.each<[string, object, object]>([
    [
      'control characters',
      { blockedURL: 'https://x.example/\n\u001b[2J\u0007a' },
      { blocked: 'https://x.example/%1B[2J%07a' },
    ],
    [
      'characters that turn lines around',
      { blockedURL: 'https://x.example/\u202egnp' },
      { blocked: 'https://x.example/%E2%80%AEgnp' },
    ],
    [
      'half a character',
      { blockedURL: 'https://x.example/\ud800' },
      { blocked: 'https://x.example/%EF%BF%BD' },
    ],
    [
      'an address of another kind, with its content',
      { blockedURL: 'data:text/html,SECRET' },
      { blocked: 'data:' },
    ],
    [
      'the extension that somebody has',
      { sourceFile: 'chrome-extension://abcdef/a.js' },
      { source: 'chrome-extension:' },
    ],
    ['no address', { blockedURL: 'what is this?' }, { blocked: 'unreadable' }],
    ['nothing of what was blocked', { blockedURL: null }, { blocked: 'unreadable' }],
    [
      'an address that never ends',
      { blockedURL: `https://x.example/${'a'.repeat(9_000)}` },
      { blocked: `https://x.example/${'a'.repeat(182)}` },
    ],
    ['a line that is none', { lineNumber: 1e99, sourceFile: 7 }, { line: null, source: null }],
    ['a line below 1', { lineNumber: -3 }, { line: null }],
    ['a line as a text', { lineNumber: '7' }, { line: null }],
  ])(
    'gets into the log as plain characters, and no more than is needed: %s',
    async (_name, given, kept) => {
      const door = await openTestDoor();
      const report = { ...CHROMIUM, body: { ...CHROMIUM.body, ...given } };
      expect((await send(new Visitor(door.app), [report])).status).toBe(204);
      const [line = {}] = violationsIn(door);
      expect(line).toMatchObject(kept);
      for (const value of Object.values(line)) {
        expect(String(value)).toMatch(/^[\x20-\x7e]*$/);
        expect(String(value).length).toBeLessThanOrEqual(200);
      }
    },
  );
});

describe('a flood of reports', () => {
  const leftOutIn = ({ entries }: Door): readonly unknown[] =>
    entries.filter(({ event }) => event === 'policy-violations-left-out').map(({ count }) => count);

  it('from one network is ten lines a minute, and the number of the others', async () => {
    const door = await openTestDoor();
    const flooder = new Visitor(door.app, { address: '2001:db8::1' });
    const neighbour = new Visitor(door.app, { address: '2001:db8::2' });
    const pages = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        send(index % 2 === 0 ? flooder : neighbour, [CHROMIUM]),
      ),
    );
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([204]));
    expect(violationsIn(door)).toHaveLength(10);
    expect(leftOutIn(door)).toEqual([]);
    await send(new Visitor(door.app, { address: '192.0.2.99' }), [CHROMIUM]);
    expect(violationsIn(door)).toHaveLength(11);
    door.clock.advance(MINUTE);
    expect(leftOutIn(door)).toEqual([990]);
    await send(flooder, [CHROMIUM]);
    expect(violationsIn(door)).toHaveLength(12);
    door.clock.advance(MINUTE);
    expect(leftOutIn(door)).toEqual([990]);
  });

  it('from everywhere is thirty lines a minute', async () => {
    const door = await openTestDoor();
    const flood = (): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          send(new Visitor(door.app, { address: `198.51.100.${index}` }), [CHROMIUM]),
        ),
      );
    await flood();
    expect(violationsIn(door)).toHaveLength(30);
    door.clock.advance(MINUTE);
    await flood();
    expect(violationsIn(door)).toHaveLength(60);
    door.clock.advance(MINUTE);
    expect(leftOutIn(door)).toEqual([170, 170]);
    expect(door.entries).toHaveLength(62);
  });

  it('in one request is ten at most', async () => {
    const door = await openTestDoor();
    const { body, type } = CHROMIUM;
    const { documentURL, effectiveDirective } = body;
    const small = { type, body: { documentURL, effectiveDirective } };
    const page = await send(
      new Visitor(door.app),
      Array.from({ length: 150 }, () => small),
    );
    expect(page.status).toBe(204);
    expect(violationsIn(door)).toHaveLength(10);
    door.clock.advance(MINUTE);
    expect(leftOutIn(door)).toEqual([140]);
  });

  it('of what is none writes nothing', async () => {
    const door = await openTestDoor();
    const visitor = new Visitor(door.app);
    await Promise.all(Array.from({ length: 1_000 }, () => send(visitor, '{')));
    door.clock.advance(MINUTE);
    expect(door.entries).toEqual([]);
  });
});
