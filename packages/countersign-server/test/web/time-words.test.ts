import { describe, expect, it } from 'vitest';

import { momentInWords, timeInWords } from '../../src/web/time-words.js';

const NOW = Date.UTC(2026, 4, 3, 14, 5);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a time in words', () => {
  it.each([
    [0, 'just now'],
    [2 * MINUTE - 1, 'just now'],
    [2 * MINUTE, '2 minutes ago'],
    [HOUR - 1, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    [2 * HOUR - 1, '1 hour ago'],
    [DAY - 1, '23 hours ago'],
    [DAY, '1 day ago'],
    [14 * DAY - 1, '13 days ago'],
    [14 * DAY, 'on 19 April 2026'],
    [-1, 'in 1 minute'],
    [-12 * HOUR, 'in 12 hours'],
    [-12 * HOUR + 1, 'in 12 hours'],
    [-12 * HOUR + MINUTE, 'in 11 hours'],
    [-14 * DAY, 'on 17 May 2026'],
  ])('%i ms ago is %s', (age, words) => {
    expect(timeInWords(NOW - age, NOW)).toBe(words);
  });

  it('names the moment in UTC, whose the server knows', () => {
    expect(momentInWords(NOW)).toBe('3 May 2026 at 14:05 UTC');
  });
});
