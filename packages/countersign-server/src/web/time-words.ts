// Times in words. Coarse on purpose: the server knows neither the reader's clock nor their time zone,
// and "last seen" is kept to a minute or so.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on a date says more than a number of days. */
const FAR = 14 * DAY;

const DATE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** How long ago, or how far ahead: `just now`, `5 minutes ago`, `in 12 hours`, `on 3 May 2026`. */
export function timeInWords(at: number, now: number): string {
  const distance = Math.abs(at - now);
  if (distance >= FAR) return `on ${DATE.format(at)}`;
  if (distance < 2 * MINUTE && at <= now) return 'just now';
  if (at <= now) return `${amountInWords(distance)} ago`;
  // What lasts twelve hours says so for its first minute too.
  return `in ${amountInWords(Math.ceil(distance / MINUTE) * MINUTE)}`;
}

/** Exact to the minute, for who wants to know: `3 May 2026 at 14:05 UTC`. */
export function momentInWords(at: number): string {
  return `${MOMENT.format(at)} UTC`;
}

/** A stretch of time, rounded down: `30 minutes`, `7 days`. */
export function amountInWords(distance: number): string {
  if (distance < HOUR) return plural(Math.max(1, Math.floor(distance / MINUTE)), 'minute');
  if (distance < DAY) return plural(Math.floor(distance / HOUR), 'hour');
  return plural(Math.floor(distance / DAY), 'day');
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
