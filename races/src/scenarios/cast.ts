// What all scenarios begin with: nodes to choose from, and browsers that are signed in.

import { Browser } from '../browser.js';
import type { Application, ApplicationNode } from '../contender.js';

/** One node after the other, round and round. */
export function nodeOf({ nodes }: Application, position: number): ApplicationNode {
  const node = nodes[position % nodes.length];
  if (node === undefined) throw new RangeError('The application has no nodes');
  return node;
}

/** A new browser in which this user has signed in. */
export async function signedIn(application: Application, user: string): Promise<Browser> {
  const browser = new Browser();
  const response = await browser.visit(nodeOf(application, 0), `POST /sign-in?user=${user}`);
  if (response.user !== user)
    throw new Error(`${user} could not sign in: the answer was a ${response.status}`);
  return browser;
}

/** Whether a request with these cookies is taken for this user's. */
export async function isAccepted(
  browser: Browser,
  node: ApplicationNode,
  user: string,
): Promise<boolean> {
  return (await browser.request(node, 'GET /me')).user === user;
}

export function countUp(count: number): readonly number[] {
  return Array.from({ length: count }, (_, position) => position);
}

/** After so long, what a product holds in a cookie of its own for speed has run out. In milliseconds. */
export const LATER = 10 * 60_000;
