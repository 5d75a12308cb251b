// Counts what the tests did, strictly: a test counts as passed only if it ran and passed. Skipped,
// to-do and empty ones are failures, so that a green run means what it says.

/**
 * @typedef {object} Report the part of vitest's JSON report that is read here
 * @property {readonly FileReport[]} testResults
 *
 * @typedef {object} FileReport
 * @property {string} name the file's absolute path
 * @property {string} status
 * @property {readonly TestReport[]} assertionResults
 *
 * @typedef {object} TestReport
 * @property {string} fullName
 * @property {string} status
 * @property {readonly string[]} [failureMessages] each with the places it went through
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} complaints what failed without saying so itself
 * @property {readonly Failure[]} failures the tests that failed
 * @property {readonly string[]} files the test files that were run, by absolute path
 * @property {readonly Proof[]} proofs the tests that passed
 *
 * @typedef {object} Proof
 * @property {string} file its absolute path
 * @property {string} title with those of the groups around it
 *
 * @typedef {Proof & { readonly reason: string }} Failure
 */

/**
 * @param {Report | undefined} report undefined where the run left none
 * @param {number} exitCode the runner's
 * @returns {Tally}
 */
export function tally(report, exitCode) {
  if (report === undefined)
    return {
      passed: 0,
      failed: 1,
      complaints: ['the run ended without a report'],
      failures: [],
      files: [],
      proofs: [],
    };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const complaints = [...tests.flatMap(notRun), ...report.testResults.flatMap(emptyFile)];
  const told = tests.filter((test) => test.status === 'failed').length + complaints.length;
  if (told === 0 && exitCode !== 0) complaints.push(`the run ended with code ${exitCode}`);
  return {
    passed,
    failed: Math.max(told, complaints.length),
    complaints,
    failures: report.testResults.flatMap(failuresIn),
    files: report.testResults.map((file) => file.name),
    proofs: report.testResults.flatMap(proofsIn),
  };
}

/**
 * @param {FileReport} file
 * @returns {readonly Proof[]}
 */
function proofsIn({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'passed')
    .map(({ fullName }) => ({ file: name, title: fullName }));
}

/**
 * @param {FileReport} file
 * @returns {readonly Failure[]}
 */
function failuresIn({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages: [first = ''] = [] }) => ({
      file: name,
      title: fullName,
      reason: first.split('\n    at ', 1).join(''),
    }));
}

/** @param {TestReport} test */
function notRun({ fullName, status }) {
  return status === 'passed' || status === 'failed' ? [] : [`not run (${status}): ${fullName}`];
}

/** @param {FileReport} file */
function emptyFile({ name, assertionResults, status }) {
  if (assertionResults.length === 0) return [`no test ran: ${name}`];
  const failedOutsideTests =
    status === 'failed' && assertionResults.every((test) => test.status === 'passed');
  return failedOutsideTests ? [`failed outside its tests: ${name}`] : [];
}

/**
 * The test files that no project took up, because of where they lie or how they are named.
 * @param {readonly string[]} files every test file of the workspace
 * @param {readonly Tally[]} tallies of all projects
 */
export function neverRun(files, tallies) {
  const ran = new Set(tallies.flatMap((each) => each.files));
  return files.filter((file) => !ran.has(file) && !file.endsWith('.soak.test.ts'));
}
