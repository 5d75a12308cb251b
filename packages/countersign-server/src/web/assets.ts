// The files of the pages: read once at start, and served under names that change with their content,
// so that browsers may keep them for good. The stylesheet is joined from its parts, and so is what
// judges passwords: two files of zxcvbn-ts as they come, and ours that speaks for them.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import type { AssetPaths } from '../views/frame.js';

export interface Asset {
  readonly type: string;
  readonly body: string;
  /** The body as `Content-Encoding: gzip` has it: what judges passwords is half a megabyte. */
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

export interface Assets {
  readonly paths: AssetPaths;
  /** The file with this name, such as `style.0123456789ab.css`. */
  find(name: string): Asset | undefined;
}

const HASH_CHARACTERS = 12;

/** In this order: a later part may say something else than an earlier one. */
const STYLE_PARTS = ['colours', 'ground', 'words', 'forms', 'gate', 'hall', 'lists', 'print'];

const JUDGE_PARTS = [
  import.meta.resolve('@zxcvbn-ts/core/dist/zxcvbn-ts.js'),
  import.meta.resolve('@zxcvbn-ts/language-common/dist/zxcvbn-ts.js'),
  own('password-judge.js'),
];

const TYPES = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** @throws Error when this package, or one that it needs, is incomplete */
export function loadAssets(): Assets {
  const found = new Map<string, Asset>();
  const load = (name: string, extension: keyof typeof TYPES, parts: readonly string[]): string => {
    const body = parts.map((part) => readFileSync(new URL(part), 'utf8')).join('\n');
    const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_CHARACTERS);
    const file = `${name}.${hash}.${extension}`;
    found.set(file, { type: TYPES[extension], body, gzipped: new Uint8Array(gzipSync(body)) });
    return `/assets/${file}`;
  };
  const script = (name: string): string => load(name, 'js', [own(`${name}.js`)]);
  const paths = {
    stylesheet: load(
      'style',
      'css',
      STYLE_PARTS.map((part) => own(`style/${part}.css`)),
    ),
    mark: load('mark', 'svg', [own('mark.svg')]),
    scripts: {
      passkey: script('passkey'),
      passwordMeter: script('password-meter'),
      revealPassword: script('reveal-password'),
      keepCodes: script('keep-codes'),
    },
    passwordJudge: load('password-judge', 'js', JUDGE_PARTS),
  };
  return { paths, find: (name) => found.get(name) };
}

function own(path: string): string {
  return new URL(`../../assets/${path}`, import.meta.url).href;
}
