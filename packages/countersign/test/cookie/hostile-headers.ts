// Cookie headers as nobody should send them: random ones, and good ones that were mutated. The same
// seed gives the same headers, so that a failure can be repeated.

/** Names that are looked for in them. */
export const WANTED = ['id', '__Host-id', 'a', '__proto__', 'a b', 'é'] as const;

/** What headers are put together from, apart by slashes. */
const PIECES =
  '=/=/=/;/;/; / /\t/"/,/\\/%/%41/%zz/\0/\r\n/\u007f/\u00a0/\u2028/\ufeff/\ud800/😀/&/$/id/id=/id=1/;id/__Host-id/__Host-id=x/__host-id/__proto__/a/b/a b/é/1/xyz/idid/constructor/; id=2/==/;;/=id='.split(
    '/',
  );

const GOOD = 'theme=dark; __Host-id=s3cret; a=1; lang="en us"; id=42; __proto__=x; é=ö; a b=c';

export interface HostileHeaders {
  next(): string;
}

/** An endless row of headers of up to some 150 characters. */
export function createHostileHeaders(seed: number): HostileHeaders {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const piece = (): string => PIECES[below(PIECES.length)] ?? '';
  const soup = (): string => Array.from({ length: below(24) }, piece).join('');
  const noise = (): string =>
    String.fromCharCode(
      ...Array.from({ length: below(60) }, () => below(random() < 0.9 ? 256 : 65_536)),
    );
  const mutated = (): string => {
    let header = GOOD;
    for (let changes = 1 + below(4); changes > 0; changes -= 1) {
      const from = below(header.length + 1);
      const to = Math.min(header.length, from + below(8));
      const inserted = [piece(), '', header.slice(from, to).repeat(2), soup()][below(4)] ?? '';
      header = header.slice(0, from) + inserted + header.slice(to);
    }
    return header;
  };
  const makers = [soup, soup, noise, mutated, mutated];
  return { next: () => makers[below(makers.length)]?.() ?? '' };
}

/** Mulberry32: 32 bits of state, numbers from 0 up to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
