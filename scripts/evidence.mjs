// The evidence of docs/security/: each claim there names the tests that show it, by file and by words of
// their titles. Here it is held against the tests that ran and passed, so no claim outlives its test.

/**
 * @typedef {import('./tally.mjs').Tally} Tally
 *
 * @typedef {object} Citation
 * @property {string} page where it is written
 * @property {string} file the test file, from the root of the workspace
 * @property {string} title words that stand in the title of a test, one after the other
 */

const CITATION = /`([\w./-]+\.test\.ts)`: (.+?)(?= *(?:<br>|\|))/g;

/**
 * The tests that the tables of a page name: `` `path/of.test.ts`: words of its title ``, several of them
 * with `<br>` between.
 * @param {string} page its path
 * @param {string} text
 * @returns {readonly Citation[]}
 */
export function citationsIn(page, text) {
  return [...text.matchAll(CITATION)].map(([, file = '', title = '']) => ({ page, file, title }));
}

/**
 * The citations that no test which passed bears out.
 * @param {readonly Citation[]} citations
 * @param {readonly Tally[]} tallies of all projects
 * @returns {readonly Citation[]}
 */
export function unproved(citations, tallies) {
  /** @type {Map<string, string[]>} */
  const titles = new Map();
  for (const { file, title } of tallies.flatMap(({ proofs }) => proofs)) {
    const known = titles.get(file);
    if (known === undefined) titles.set(file, [title]);
    else known.push(title);
  }
  const files = [...titles.keys()];
  return citations.filter(({ file, title }) => {
    const full = files.find((path) => path.endsWith(`/${file}`));
    const ran = full === undefined ? [] : (titles.get(full) ?? []);
    return !ran.some((each) => each.includes(title));
  });
}
