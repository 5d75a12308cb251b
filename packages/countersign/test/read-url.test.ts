import { expect, test } from 'vitest';

import { readUrl } from '../src/read-url.js';

test('a URL outside ASCII is read, however many were read before', () => {
  for (let round = 0; round < 20_000; round += 1) {
    if (readUrl('https://bücher.example')?.host !== 'xn--bcher-kva.example')
      expect.fail(`${round}`);
  }
  expect(readUrl('https://bücher.example/?ü')?.search).toBe('?%C3%BC');
});

test.each([['app.example'], [''], ['https://'], ['https://a b'], ['http://[::1'], ['//x']])(
  '"%s" is none',
  (text) => expect(readUrl(text)).toBeUndefined(),
);

test('a text that is relative is read with a base', () => {
  expect(readUrl('/back?state=1', 'https://app.example')?.href).toBe(
    'https://app.example/back?state=1',
  );
  expect(readUrl('/back')).toBeUndefined();
});
