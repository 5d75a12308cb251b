// The steps of `npm test`, in order. A step is a script of package.json that must succeed, or a project
// of vitest.config.ts, whose tests are counted.

/**
 * @typedef {object} Step
 * @property {string} name for `--only` and the summary
 * @property {string} title what it shows
 * @property {string} [script] of package.json
 * @property {string} [project] of vitest.config.ts
 * @property {number} [seconds] how long it may take on two idle processors; a note is made when it takes longer
 */

/** The same for all steps together. */
export const SECONDS_IN_ALL = 660;

/** @type {readonly Step[]} */
export const STEPS = [
  { name: 'format', title: 'Format', script: 'check:format' },
  // Before lint: rules that need types read the built declarations of `countersign`.
  { name: 'build', title: 'Build', script: 'build' },
  { name: 'lint', title: 'Lint, with types', script: 'check:lint' },
  { name: 'types', title: 'Types of what is not built', script: 'check:types' },
  { name: 'packages', title: 'Packages, as others will see them', script: 'check:packages' },
  { name: 'dead-code', title: 'Dead code', script: 'check:dead-code' },
  { name: 'unit', title: 'Unit tests, architecture among them', project: 'unit', seconds: 60 },
  { name: 'integration', title: 'Integration tests', project: 'integration' },
  { name: 'browser', title: 'Browser tests', project: 'browser' },
  { name: 'examples', title: 'Examples', project: 'examples' },
  { name: 'docs', title: 'Documentation', project: 'docs' },
];
