// Where to go after sign-in: a path on this server, whatever the link said (ASVS 3.7.2). Strict: what
// could be read in two ways is not followed.

const HOME = '/';
const LONGEST = 2_000;
/** More layers of escapes than any honest link has. */
const MOST_LAYERS = 4;

/** Printable ASCII: what a `Location` header may carry. */
const PRINTABLE = /^[\x21-\x7e]+$/;
/** Browsers take a backslash for a slash, and drop tabs and line ends. */
const TWO_FACED = /[\\\p{Cc}\p{Cf}]/u;
const DOT_SEGMENT = /\/\.{1,2}(\/|$)/;

/**
 * The path to go to.
 * @param asked the value of `return_to`, as the client sent it
 * @returns `asked` if it is a path, perhaps with a query, that neither a browser nor a proxy that
 *   unescapes it can read as another host's; else `/`
 */
export function readReturnTo(asked: string | null | undefined): string {
  if (asked === undefined || asked === null) return HOME;
  if (asked.length > LONGEST || !PRINTABLE.test(asked)) return HOME;
  let spelling = asked;
  for (let layer = 0; layer < MOST_LAYERS; layer += 1) {
    if (!isOnePath(spelling)) return HOME;
    const decoded = decode(spelling);
    if (decoded === undefined) return HOME;
    if (decoded === spelling) return asked;
    spelling = decoded;
  }
  return HOME;
}

/** `/.//host` is refused as well: a browser tidies it into `//host`. */
function isOnePath(text: string): boolean {
  const [path = ''] = text.split(/[?#]/, 1);
  return (
    path.startsWith('/') && !path.includes('//') && !DOT_SEGMENT.test(path) && !TWO_FACED.test(text)
  );
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
