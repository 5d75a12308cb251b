// `npm test`: installs what is missing, runs every step even after one has failed, and ends with a
// summary and the line `N passed, N failed`. `--only unit,docs` runs those steps alone.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { citationsIn, unproved } from './evidence.mjs';
import { installDebianPackages, installNodePackages, nodeComplaint } from './prerequisites.mjs';
import { ROOT, run, runTool } from './run.mjs';
import { SECONDS_IN_ALL, STEPS } from './steps.mjs';
import { neverRun, tally } from './tally.mjs';

/**
 * @typedef {import('./steps.mjs').Step} Step
 * @typedef {import('./tally.mjs').Tally} Tally
 * @typedef {Tally & { readonly step: string, readonly seconds: number }} Outcome
 */

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = values.only?.split(',') ?? STEPS.map((step) => step.name);
const unknown = chosen.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  const names = STEPS.map((step) => step.name).join(', ');
  console.error(`No step is called ${unknown.join(', ')}. The steps are ${names}.`);
  process.exit(2);
}

if (!(await prepare())) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

/** @type {Outcome[]} */
const outcomes = [];
for (const step of STEPS.filter(({ name }) => chosen.includes(name)))
  outcomes.push(await runStep(step));
if (values.only === undefined) outcomes.push(lostTests(outcomes), evidence(outcomes));

console.log(`\n${summary(outcomes)}\n`);
for (const note of slowness(outcomes)) console.log(`${note}\n`);
for (const line of failuresOf(outcomes)) console.log(line);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function prepare() {
  const complaint = nodeComplaint();
  if (complaint !== undefined) console.error(complaint);
  return (
    complaint === undefined &&
    (await installNodePackages()) &&
    (await installDebianPackages(chosen))
  );
}

/**
 * @param {Step} step
 * @returns {Promise<Outcome>}
 */
async function runStep({ name, title, script, project }) {
  console.log(`\n=== ${title} (${name})`);
  const start = performance.now();
  const counted =
    project === undefined ? await runScript(script ?? name) : await runProject(project);
  for (const complaint of counted.complaints) console.error(`  ${complaint}`);
  return { ...counted, step: name, seconds: (performance.now() - start) / 1_000 };
}

/**
 * A success is not counted as a test.
 * @param {string} script
 * @returns {Promise<Tally>}
 */
async function runScript(script) {
  const code = await run('npm', ['run', '--silent', script]);
  const complaints = code === 0 ? [] : [`npm run ${script} ended with code ${code}`];
  return { passed: 0, failed: complaints.length, complaints, failures: [], files: [], proofs: [] };
}

/**
 * @param {string} project
 * @returns {Promise<Tally>}
 */
async function runProject(project) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const which = ['--project', project, '--passWithNoTests'];
    const code = await runTool('vitest', ['run', ...which, ...reporters]);
    return tally(readReport(file), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {import('./tally.mjs').Report | undefined}
 */
function readReport(file) {
  try {
    return /** @type {import('./tally.mjs').Report} */ (JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Fails for each test file that lies where no project looks.
 * @param {readonly Outcome[]} results
 * @returns {Outcome}
 */
function lostTests(results) {
  const skipped = /^(node_modules|dist|coverage|\.git)$/;
  /** @type {(folder: string) => string[]} */
  const testFiles = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return skipped.test(entry.name) ? [] : testFiles(path);
      return /\.test\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
    });
  const complaints = neverRun(testFiles(ROOT), results).map(
    (file) => `run by no project of vitest.config.ts: ${file}`,
  );
  for (const complaint of complaints) console.error(complaint);
  return {
    step: 'lost tests',
    passed: 0,
    failed: complaints.length,
    complaints,
    failures: [],
    files: [],
    proofs: [],
    seconds: 0,
  };
}

/**
 * Fails for each claim of docs/security/ whose test did not pass.
 * @param {readonly Outcome[]} results
 * @returns {Outcome}
 */
function evidence(results) {
  const folder = join(ROOT, 'docs', 'security');
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
  const citations = pages.flatMap((name) =>
    citationsIn(name, readFileSync(join(folder, name), 'utf8')),
  );
  const complaints = unproved(citations, results).map(
    ({ page, file, title }) =>
      `docs/security/${page} names a test that did not pass: ${file}: ${title}`,
  );
  for (const complaint of complaints) console.error(complaint);
  const counts = { passed: 0, failed: complaints.length, complaints };
  return { step: 'evidence', ...counts, failures: [], files: [], proofs: [], seconds: 0 };
}

/** @param {readonly Outcome[]} results */
function summary(results) {
  return results
    .map(({ step, passed: ok, failed: bad, seconds }) => {
      const verdict = bad === 0 ? 'ok' : 'FAILED';
      const tests = ok + bad === 0 ? '' : `${ok} passed, ${bad} failed`;
      return `  ${step.padEnd(14)}${verdict.padEnd(9)}${`${seconds.toFixed(1)} s`.padStart(8)}   ${tests}`.trimEnd();
    })
    .join('\n');
}

/**
 * Once more at the end, where they are found without reading thousands of lines.
 * @param {readonly Outcome[]} results
 */
function failuresOf(results) {
  const lines = results.flatMap(({ step, failures, complaints }) => [
    ...failures.map(
      ({ file, title, reason }) =>
        `FAILED (${step}) ${relative(ROOT, file)}: ${title}\n${reason.replace(/^/gm, '    ')}`,
    ),
    ...complaints.map((complaint) => `FAILED (${step}) ${complaint}`),
  ]);
  return lines.length === 0 ? [] : [...lines, ''];
}

/**
 * Notes, not failures: another program may have had the processors.
 * @param {readonly Outcome[]} results
 */
function slowness(results) {
  const steps = STEPS.map(({ name, seconds = Infinity }) => ({
    name,
    limit: seconds,
    took: results.find(({ step }) => step === name)?.seconds ?? 0,
  }));
  const all = results.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...steps, { name: 'everything', limit: SECONDS_IN_ALL, took: all }]
    .filter(({ limit, took }) => took > limit)
    .map(({ name, limit, took }) => `Slow: ${name} took ${took.toFixed(1)} s, over ${limit} s.`);
}
