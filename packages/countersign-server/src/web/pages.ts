// The pages, and what holds for all of them. Changes are POST only (csrf.md F11); the origin check came
// before. The paths are in gate-pages.ts and hall-pages.ts.

import { CountersignError } from 'countersign';
import { Hono } from 'hono';

import { errorFields } from '../log.js';
import type { Doorkeeper, PageEnv } from './doorkeeper.js';
import { addGatePages } from './gate-pages.js';
import { addHallPages } from './hall-pages.js';
import { REPORTS_PATH } from './places.js';
import type { Problems } from './problems.js';
import { createViolationReports } from './violation-reports.js';

/** What a page is sent with, besides its content. */
export interface PagesOptions {
  readonly door: Doorkeeper;
  readonly problems: Problems;
  readonly headers: Readonly<Record<string, string>>;
}

export function createPages({ door, problems, headers }: PagesOptions): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.use(async (c, next) => {
    // Before `next`: headers that are added afterwards cost many times as much.
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    c.header('Cache-Control', 'no-store');
    await next();
  });
  const reports = createViolationReports(door);
  pages.post(REPORTS_PATH, (c) => reports.take(c));
  addGatePages(pages, door, problems);
  addHallPages(pages, door, problems);
  pages.notFound((c) => c.html(problems.page(404), 404));
  pages.onError((error, c) => {
    // The adapter knows what the library's own errors are answered with.
    if (error instanceof CountersignError) throw error;
    door.log.error('page-failed', { path: c.req.path, ...errorFields(error) });
    return c.html(problems.page(500), 500);
  });
  return pages;
}
