// The files of the pages: read once at start, and served under names that change with their content,
// so that browsers may keep them for good.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { AssetPaths } from '../views/frame.js';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

export interface Assets {
  readonly paths: AssetPaths;
  /** The file with this name, such as `style.0123456789ab.css`. */
  find(name: string): Asset | undefined;
}

const HASH_CHARACTERS = 12;

/** @throws Error when this package is incomplete */
export function loadAssets(): Assets {
  const found = new Map<string, Asset>();
  const load = (name: string, extension: string, type: string): string => {
    const body = readFileSync(
      new URL(`../../assets/${name}.${extension}`, import.meta.url),
      'utf8',
    );
    const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_CHARACTERS);
    const file = `${name}.${hash}.${extension}`;
    found.set(file, { type, body });
    return `/assets/${file}`;
  };
  const paths = {
    stylesheet: load('style', 'css', 'text/css; charset=utf-8'),
    mark: load('mark', 'svg', 'image/svg+xml'),
  };
  return { paths, find: (name) => found.get(name) };
}
