import { describe, expect, it } from 'vitest';

import { describeUserAgent } from '../../src/web/describe-user-agent.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const WINDOWS = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT}`;
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15';
const ANDROID = `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT}`;

const REAL: readonly (readonly [words: string, kind: string, userAgent: string])[] = [
  ['Chrome on Windows', 'computer', `${WINDOWS} Chrome/140.0.0.0 Safari/537.36`],
  ['Edge on Windows', 'computer', `${WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
  ['Opera on Windows', 'computer', `${WINDOWS} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0`],
  [
    'Firefox on Windows',
    'computer',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  ],
  [
    'Internet Explorer on Windows',
    'computer',
    'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
  ],
  [
    'Safari on Mac',
    'computer',
    `${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`,
  ],
  ['Chrome on Mac', 'computer', `${MAC} ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  [
    'Firefox on Mac',
    'computer',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0',
  ],
  [
    'Chrome on Linux',
    'computer',
    `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
  ],
  [
    'Chrome on Linux',
    'computer',
    `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36`,
  ],
  [
    'Firefox on Linux',
    'computer',
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  ],
  [
    'Chrome on ChromeOS',
    'computer',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
  ],
  [
    'Safari on iPhone',
    'phone',
    `${IPHONE} (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1`,
  ],
  [
    'Chrome on iPhone',
    'phone',
    `${IPHONE} (KHTML, like Gecko) CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`,
  ],
  [
    'Firefox on iPhone',
    'phone',
    `${IPHONE} (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15`,
  ],
  [
    'Edge on iPhone',
    'phone',
    `${IPHONE} (KHTML, like Gecko) Version/18.0 EdgiOS/140.0.3485.54 Mobile/15E148 Safari/605.1.15`,
  ],
  [
    'Safari on iPad',
    'tablet',
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
  ],
  ['Chrome on Android', 'phone', `${ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36`],
  ['Chrome on Android', 'tablet', `${ANDROID} Chrome/140.0.0.0 Safari/537.36`],
  ['Edge on Android', 'phone', `${ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0`],
  [
    'Samsung Internet on Android',
    'phone',
    `${ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
  ],
  [
    'Firefox on Android',
    'phone',
    'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
  ],
  ['curl', 'program', 'curl/7.88.1'],
  ['Wget', 'program', 'Wget/1.21.3'],
  ['A Python program', 'program', 'python-requests/2.32.3'],
  ['A Node.js program', 'program', 'node'],
  ['A Go program', 'program', 'Go-http-client/2.0'],
];

describe('a device in words', () => {
  it.each(REAL)('is %s (%s)', (words, kind, userAgent) => {
    expect(describeUserAgent(userAgent)).toEqual({ words, kind });
  });

  it.each([
    ['no header', null],
    ['an empty header', ''],
    ['anything else', 'my-own-thing/1.0'],
  ])('is unknown for %s', (_name, userAgent) => {
    expect(describeUserAgent(userAgent)).toEqual({ words: 'Unknown device', kind: 'unknown' });
  });

  it('names the system where only that is known', () => {
    expect(describeUserAgent('Mozilla/5.0 (Windows NT 10.0) Whatever/1').words).toBe(
      'Unknown browser on Windows',
    );
  });

  it('says nothing that the header says, only words of its own', () => {
    const hostile = `${WINDOWS} Chrome/1<script>alert(1)</script> Safari/1`;
    expect(describeUserAgent(hostile).words).toBe('Chrome on Windows');
  });

  it('is quick with a header made to be slow', () => {
    const hostile = `${'Version/1 '.repeat(1_600)}Android ${'Mobil '.repeat(1_000)}`;
    const start = performance.now();
    for (let round = 0; round < 100; round += 1) describeUserAgent(hostile);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
