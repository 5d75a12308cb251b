// A JSON object's own keys, each with the text of its value as it was written. Not a parser: what is
// inside a value is passed over.

/**
 * @param json a JSON object, as text
 * @throws TypeError or SyntaxError for text that is no JSON object
 */
export function topLevelEntries(json: string): Map<string, string> {
  const entries = new Map<string, string>();
  let at = afterSpace(json, 0);
  if (json[at] !== '{') throw new TypeError('Session data is not a JSON object');
  at = afterSpace(json, at + 1);
  while (at < json.length && json[at] !== '}') {
    const keyEnd = afterString(json, at);
    const key: unknown = JSON.parse(json.slice(at, keyEnd));
    const start = afterSpace(json, afterSpace(json, keyEnd) + 1);
    const end = afterValue(json, start);
    entries.set(String(key), json.slice(start, end).trimEnd());
    at = json[end] === ',' ? afterSpace(json, end + 1) : end;
  }
  return entries;
}

function afterSpace(json: string, from: number): number {
  let at = from;
  while (at < json.length && json.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Where the string ends whose opening quote is at `from`. */
function afterString(json: string, from: number): number {
  for (let at = from + 1; at < json.length; at += 1) {
    const char = json[at];
    if (char === '\\') at += 1;
    else if (char === '"') return at + 1;
  }
  throw new SyntaxError('Session data has a string without an end');
}

/** Where the value at `from` ends: before the comma or brace that follows it. */
function afterValue(json: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const char = json[at];
    if (char === '"') {
      at = afterString(json, at);
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    else if (depth === 0 && (char === ',' || char === '}')) return at;
    else if (char === '}' || char === ']') depth -= 1;
    at += 1;
  }
  throw new SyntaxError('Session data has no end');
}
