// Second implementations that the tests hold the library to: the grammar of RFC 6265bis §4.1.1 as one
// expression, and the reading of §4.2 and §5.6 in the plainest way. Slow and obvious on purpose.

const NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const OCTET = '[\\x21\\x23-\\x2B\\x2D-\\x3A\\x3C-\\x5B\\x5D-\\x7E]';
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const LABEL = '[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?';
const ATTRIBUTE = [
  `Expires=${WEEKDAY}, \\d\\d ${MONTH} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT`,
  'Max-Age=(?:0|[1-9]\\d*)',
  `Domain=${LABEL}(?:\\.${LABEL})*`,
  'Path=/[\\x20-\\x3A\\x3C-\\x7E]*',
  'SameSite=(?:Strict|Lax|None)',
  'Secure',
  'HttpOnly',
  'Partitioned',
].join('|');

/** A whole Set-Cookie field, as the grammar for servers has it. */
export const SET_COOKIE = new RegExp(`^${NAME}=(?:${OCTET}*|"${OCTET}*")(?:; (?:${ATTRIBUTE}))*$`);
export const COOKIE_NAME = new RegExp(`^${NAME}$`);
export const COOKIE_VALUE = new RegExp(`^(?:${OCTET}*|"${OCTET}*")$`);

/** Name and value of every pair of a Cookie header. Knows no bounds. */
export function readPairs(header: string): [string, string][] {
  return header.split(';').flatMap((piece): [string, string][] => {
    const [name = '', ...rest] = piece.split('=');
    const trimmed = trim(name);
    return rest.length === 0 || trimmed === '' ? [] : [[trimmed, trim(rest.join('='))]];
  });
}

function trim(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}
