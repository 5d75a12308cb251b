// Reads a posted form, bounded and strictly: what no browser sends is refused before anyone works
// with it. Only `application/x-www-form-urlencoded`.

import { readBody } from './body.js';

/** Room for a name and three passwords of 256 characters each in any script, escaped. */
const MOST_BYTES = 65_536;
const MOST_FIELDS = 32;

export type FormReading =
  | { readonly ok: true; readonly fields: ReadonlyMap<string, string> }
  | {
      readonly ok: false;
      /** 415: another content type. 413: too long. 400: not a form. */
      readonly status: 400 | 413 | 415;
    };

const NOT_A_FORM: FormReading = { ok: false, status: 400 };
const TOO_LONG: FormReading = { ok: false, status: 413 };
const WRONG_TYPE: FormReading = { ok: false, status: 415 };

/** Reads the body of a request. Never throws for what a client sent. */
export async function readForm(request: Request): Promise<FormReading> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded(\s*;|$)/i.test(type.trim())) return WRONG_TYPE;
  try {
    const bytes = await readBody(request, MOST_BYTES);
    return bytes === undefined ? TOO_LONG : parseForm(new TextDecoder().decode(bytes));
  } catch {
    // The client went away, or its transfer was broken.
    return NOT_A_FORM;
  }
}

/** Parses `a=1&b=2`. A name that comes twice, or an escape that is no text, is not a form of ours. */
export function parseForm(text: string): FormReading {
  const fields = new Map<string, string>();
  if (text === '') return { ok: true, fields };
  const pairs = text.split('&');
  if (pairs.length > MOST_FIELDS) return NOT_A_FORM;
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = unescapeField(equals === -1 ? pair : pair.slice(0, equals));
    const value = unescapeField(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined || fields.has(name)) return NOT_A_FORM;
    fields.set(name, value);
  }
  return { ok: true, fields };
}

function unescapeField(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
