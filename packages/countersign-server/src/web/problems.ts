// The pages for what went wrong. Rendered once at start: they must not depend on anything that may be
// broken just then.

import type { RefusalPage } from 'countersign/adapters/fetch';

import { ProblemPage } from '../views/problem-page.js';
import type { AssetPaths } from '../views/frame.js';

interface Problem {
  readonly title: string;
  readonly challenge: string;
  readonly explanation: string;
  readonly way: { readonly href: string; readonly words: string };
}

const START = { href: '/', words: 'Go to the start' };

const PROBLEMS = {
  400: {
    title: 'That was not understood',
    challenge: 'Say again?',
    explanation: 'What your browser sent is no form of this server. Go back and fill it in again.',
    way: START,
  },
  401: {
    title: 'Your session has ended',
    challenge: 'Who goes there?',
    explanation: 'It ended while your request was under way, so nothing was changed.',
    way: { href: '/sign-in', words: 'Sign in' },
  },
  403: {
    title: 'This came from somewhere else',
    challenge: 'Stand back.',
    explanation:
      'Another web site, or a browser that hides where it comes from, sent this form. Nothing was changed, and you are still signed in. If it was you, open the page here and try again.',
    way: START,
  },
  404: {
    title: 'There is no such page',
    challenge: 'No gate here.',
    explanation: 'The address may be mistyped, or the page is gone.',
    way: START,
  },
  413: {
    title: 'That was too much',
    challenge: 'Travel lighter.',
    explanation: 'The form is longer than anything this server asks for. Nothing was changed.',
    way: START,
  },
  415: {
    title: 'That was not a form',
    challenge: 'Say again?',
    explanation: 'This server takes web forms only. Nothing was changed.',
    way: START,
  },
  500: {
    title: 'Something broke',
    challenge: 'A moment.',
    explanation: 'This is our fault, not yours, and it is in the log. Try again.',
    way: START,
  },
  503: {
    title: 'Nobody can be let in just now',
    challenge: 'A moment.',
    explanation:
      'The server cannot look up who you are. You are not signed out: try again in a few seconds.',
    way: START,
  },
} as const satisfies Record<number, Problem>;

export type ProblemStatus = keyof typeof PROBLEMS;

export interface Problems {
  /** The page, as HTML text. */
  page(status: ProblemStatus): string;
  /** For the adapter, which refuses forged requests and those whose store is down. */
  readonly refusalPage: RefusalPage;
}

export async function renderProblems(assets: AssetPaths): Promise<Problems> {
  const pages = new Map<number, string>();
  for (const [status, problem] of Object.entries(PROBLEMS)) {
    const frame = { assets, userName: null };
    const page = await ProblemPage({ frame, status: Number(status), ...problem });
    pages.set(Number(status), page.toString());
  }
  const page = (status: number): string => pages.get(status) ?? pages.get(500) ?? '';
  return {
    page,
    refusalPage: ({ status }) => ({ type: 'text/html; charset=utf-8', body: page(status) }),
  };
}
