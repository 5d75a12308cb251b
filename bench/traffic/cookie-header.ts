// Cookie headers such as browsers send: the one that counts among others, which a page's own scripts
// and its advertisers have set.

/** Names of the other cookies, in their order. */
export const OTHER_NAMES: readonly string[] =
  '_ga theme lang _gid csrftoken consent _fbp cart utm_source ab_test sid2 locale tz seen_banner _hjSession amplitude_id intercom li_at promo'.split(
    ' ',
  );

/**
 * A header with the cookie given in the middle of others.
 * @param cookies how many there are in all, at most 20
 * @param turn varies the others' values and lengths, so that no header is the same text as another
 */
export function cookieHeader(name: string, value: string, cookies: number, turn: number): string {
  const pairs = OTHER_NAMES.slice(0, cookies - 1).map((other, i) => {
    const length = 8 + ((i * 7 + turn) % 28);
    return `${other}=${`${turn}abcdefghijklmnopqrstuvwxyz0123456789`.slice(0, length)}`;
  });
  pairs.splice(cookies >> 1, 0, `${name}=${value}`);
  // Out of a buffer, as a header comes off a socket: one flat text.
  return Buffer.from(pairs.join('; '), 'latin1').toString('latin1');
}
