// Session data as the column `data` holds it: a JSON object of texts, JSON-escaped key to JSON text. So
// `jsonb` merges keys, and never sees the values, which it would refuse or spell anew.

import type { DataChange } from '../../session/store.js';
import { toArray, toColumn } from './exact-text.js';
import { topLevelEntries } from './top-level-entries.js';

/** The column for a JSON object given as text. Every value keeps its text. */
export function dataToColumn(data: string): string {
  return data === '{}' ? data : columnOf(topLevelEntries(data));
}

/** The JSON object that is in the column, as text. */
export function dataFromColumn(column: unknown): string {
  if (typeof column !== 'object' || column === null || Array.isArray(column)) throw unexpected();
  let text = '';
  for (const [key, value] of Object.entries(column)) {
    if (typeof value !== 'string') throw unexpected();
    text += `${text === '' ? '' : ','}"${key}":${value}`;
  }
  return `{${text}}`;
}

/** A change as parameters: keys to merge into the column, and an array of keys to take out first. */
export function changeToParameters({ set, remove }: DataChange): readonly [string, string] {
  return [columnOf(set), toArray(Array.from(remove, toColumn))];
}

function columnOf(entries: Iterable<readonly [string, string]>): string {
  const pairs = Array.from(
    entries,
    ([key, text]) => `${JSON.stringify(toColumn(key))}:${JSON.stringify(text)}`,
  );
  return `{${pairs.join(',')}}`;
}

function unexpected(): TypeError {
  return new TypeError('A session row has data of another layout');
}
