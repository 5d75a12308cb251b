// Session data as frames, one for each key: a separator that JSON text cannot hold, the key's JSON text,
// a colon, the value's JSON text. So a script cuts and joins frames and reads no JSON, which Lua's
// decoder would change (`[]` to `{}`, large integers to rounded ones).

import { parseData } from '../../session/data.js';

/** Begins a frame. RFC 8259 §7 has control characters in strings escaped, so none is in JSON text. */
export const FRAME = '\u001e';

/** What JSON text cannot hold unescaped, or UTF-8 cannot hold at all. */
const UNSAFE = /[\u0000-\u001f\p{Cs}]/u;

/** The frames of a JSON object in text. */
export function framesOf(data: string): string {
  if (data === '{}') return '';
  let frames = '';
  for (const [key, value] of Object.entries(parseData(data))) {
    frames += `${FRAME}${frameHead(key)}${JSON.stringify(value)}`;
  }
  return frames;
}

/** What the frame of a key begins with, after its separator: always the same for the same key. */
export function frameHead(key: string): string {
  return `${JSON.stringify(key)}:`;
}

/** The JSON text of a value as a frame takes it. */
export function frameValue(json: string): string {
  return UNSAFE.test(json) ? JSON.stringify(JSON.parse(json)) : json;
}

/** The JSON object that frames stand for. */
export function dataOf(frames: string): string {
  return frames === '' ? '{}' : `{${frames.slice(1).replaceAll(FRAME, ',')}}`;
}
