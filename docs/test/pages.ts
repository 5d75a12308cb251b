// The Markdown pages of this workspace, wherever they lie.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Page } from './markdown.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Folders without pages of ours: what is installed, built or private to a checkout. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  '.git',
  'coverage',
  'data',
  'dist',
  'node_modules',
]);

export function readPages(folder = ''): readonly Page[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : readPages(path);
    return path.endsWith('.md') ? [{ path, text: readFileSync(join(ROOT, path), 'utf8') }] : [];
  });
}
