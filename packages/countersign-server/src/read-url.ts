// Reading a text as a URL. Not by `URL.canParse`: once it is compiled, Node 20.20's takes the bytes of Latin-1
// for UTF-8, and says after some 2,500 calls that `https://bücher.example` is none.

/** @returns `undefined` for what is none (WHATWG URL) */
export function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
