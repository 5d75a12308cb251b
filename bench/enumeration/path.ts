// A path that a stranger can use: whom it can be tried on, and what one try is.

import type { StoreName, Verb, World } from './world.js';

export interface Try {
  readonly verb: Verb;
  /** The Cookie header. Default none. */
  readonly cookie?: string;
}

/** The n-th try of a kind; what it needs beforehand is done here and not measured. */
export type Prepare = (round: number) => Try | Promise<Try>;

export interface Group {
  readonly kind: string;
  /** Some answer says so openly: shown, and judged by nobody. */
  readonly isTold?: true;
  /** Makes people of this kind, enough for so many tries. */
  readonly make: (tries: number) => Promise<Prepare>;
}

export interface Path {
  /** With the kind that the others are compared with first. */
  readonly groups: readonly [Group, ...Group[]];
  readonly world: World;
}

export interface PathMaker {
  readonly name: string;
  /** Whether a password is hashed on the way. */
  readonly hashes: boolean;
  /** Part of another one: run only where its name is asked for. */
  readonly isPart?: true;
  readonly create: (store: StoreName) => Promise<Path>;
}

let networks = 0;

/** Another network for each request, so that none has asked before. */
export function nextNetwork(): string {
  networks += 1;
  return `2001:db8:${(networks >> 16).toString(16)}:${(networks & 0xffff).toString(16)}::1`;
}

/** A request as a browser sends it from the page of the form. */
export function requestWith(cookie: string | undefined): Request {
  return new Request('https://shop.example/', {
    method: 'POST',
    headers: {
      'sec-fetch-site': 'same-origin',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      ...(cookie === undefined ? {} : { cookie }),
    },
  });
}

/** One request that is not measured. */
export async function visit(
  { handle }: World,
  verb: Verb,
  cookie?: string,
): Promise<{ readonly outcome: unknown; readonly cookie: string }> {
  const response = await handle(requestWith(cookie), verb, nextNetwork());
  const pairs = response.headers.getSetCookie().map((field) => field.split(';', 1)[0] ?? '');
  return { outcome: await response.json(), cookie: pairs.join('; ') };
}

/** The element for this round of a list that is used over and over. */
export function turn<Element>(elements: readonly Element[], round: number): Element {
  const element = elements[round % elements.length];
  if (element === undefined) throw new Error('there is nobody to try');
  return element;
}
