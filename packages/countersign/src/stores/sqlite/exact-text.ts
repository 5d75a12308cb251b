// Text that SQLite's C interface cannot hand back whole: drivers stop reading at a NUL. Two escapes
// keep every text apart from every other. All other text is stored as it is.

const SPECIAL = /[\\\u0000]/;

/** Text for a column. */
export function toColumn(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\0', '\\0') : text;
}

/** The text that `toColumn` was given. */
export function fromColumn(column: string): string {
  if (!column.includes('\\')) return column;
  return column.replaceAll(/\\(.)/gs, (_, escaped: string) => (escaped === '0' ? '\0' : escaped));
}
