// What this workspace needs on a machine, and how it gets there: Node by its owner, the packages of
// package-lock.json by npm, programs from Debian by apt. Only Node's own modules are used here.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

import { ROOT, run } from './run.mjs';

/**
 * @typedef {object} DebianPackage
 * @property {string} name as apt knows it
 * @property {string} why what uses it
 * @property {readonly string[]} files any of which shows that it is there: a path, in which `*` stands for
 *   the name of any one folder, or a program on the PATH
 * @property {readonly string[]} steps the steps of `npm test` that need it
 */

/** @type {readonly DebianPackage[]} */
const DEBIAN_PACKAGES = [
  {
    name: 'chromium',
    why: 'the browser tests drive a real one',
    files: ['/usr/bin/chromium'],
    steps: ['browser'],
  },
  {
    name: 'fonts-liberation2',
    why: 'Chromium draws no text without a typeface, and brings none',
    files: ['/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf'],
    steps: ['browser'],
  },
  {
    name: 'redis-server',
    why: 'tests start Redis servers of their own, and break them',
    files: ['redis-server'],
    steps: ['integration', 'docs'],
  },
  {
    name: 'postgresql',
    why: 'tests start PostgreSQL servers of their own, and break them',
    // Debian keeps each major version in a folder of its own, off the PATH.
    files: ['/usr/lib/postgresql/*/bin/initdb', 'initdb'],
    steps: ['integration', 'docs'],
  },
];

const OLDEST_NODE = [20, 19];

/** Why this Node cannot be used, or undefined. */
export function nodeComplaint(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Node ${version} is too old. Install Node ${OLDEST_NODE.join('.')} or newer.`;
}

/**
 * @typedef {Readonly<Record<string, { readonly version?: string, readonly optional?: boolean, readonly devOptional?: boolean }>>} LockedPackages
 * The `packages` of a package-lock.json, by path.
 */

/**
 * The paths under node_modules that are missing or of another version than the lock file's. Times of
 * files are not asked: a clone or a pull sets them at random.
 * @param {LockedPackages} wanted of package-lock.json
 * @param {LockedPackages} installed of node_modules/.package-lock.json, which npm keeps
 * @param {(path: string) => boolean} isThere whether a folder exists
 */
export function outdatedPackages(wanted, installed, isThere) {
  return Object.entries(wanted).flatMap(([path, { version, optional, devOptional }]) => {
    if (!/(^|\/)node_modules\//.test(path)) return [];
    const found = installed[path];
    if (found === undefined) return optional === true || devOptional === true ? [] : [path];
    return found.version === version && isThere(path) ? [] : [path];
  });
}

/** Installs the packages of package-lock.json where they are missing or others. Resolves to success. */
export async function installNodePackages() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const outdated = outdatedPackages(
    readPackages(join(ROOT, 'package-lock.json')),
    existsSync(installed) ? readPackages(installed) : {},
    (path) => existsSync(join(ROOT, path)),
  );
  if (outdated.length === 0) return true;
  console.log(`Installing node packages: ${outdated.length} missing or outdated.`);
  return (await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])) === 0;
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function readPackages(file) {
  const lock = /** @type {{ packages: LockedPackages }} */ (JSON.parse(readFileSync(file, 'utf8')));
  return lock.packages;
}

/**
 * Installs, as root, the Debian packages that these steps need and this machine lacks; for anyone else
 * says which they are. Resolves to whether all are there.
 * @param {readonly string[]} steps
 */
export async function installDebianPackages(steps) {
  const wanted = missingDebianPackages(steps, isThere);
  if (wanted.length === 0) return true;

  const names = wanted.map(({ name }) => name);
  for (const { name, why, files } of wanted) {
    console.log(`Missing: ${name} (${files.join(' or ')}): ${why}.`);
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await aptInstall(names);
  if (missingDebianPackages(steps, isThere).length === 0) return true;
  console.error(
    `Install what is missing and start again:\n\n` +
      `    sudo apt-get update && sudo apt-get install -y ${names.join(' ')}\n`,
  );
  return false;
}

/**
 * What these steps need and this machine lacks.
 * @param {readonly string[]} steps
 * @param {(file: string) => boolean} isThere whether a file of a package's `files` is there
 */
export function missingDebianPackages(steps, isThere) {
  return DEBIAN_PACKAGES.filter(
    ({ files, steps: users }) =>
      users.some((user) => steps.includes(user)) && !files.some((file) => isThere(file)),
  );
}

/**
 * @param {string} file as in a package's `files`
 * @param {string} [path] the folders in which programs are looked for
 * @returns {boolean}
 */
export function isThere(file, path = process.env['PATH'] ?? '') {
  if (!file.includes(sep)) return path.split(delimiter).some((one) => existsSync(join(one, file)));
  const [folder, rest] = file.split(/\*(.*)/s);
  if (folder === undefined || rest === undefined) return existsSync(file);
  return (
    existsSync(folder) &&
    readdirSync(folder).some((name) => isThere(join(folder, `${name}${rest}`)))
  );
}

/** @param {readonly string[]} names */
async function aptInstall(names) {
  const variables = {
    DEBIAN_FRONTEND: 'noninteractive',
    // dpkg refuses to work where it cannot find ldconfig and its like, which a user's PATH may lack.
    PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
  };
  const apt = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
  // A stale list of packages names files that the mirrors no longer have.
  await run('apt-get', [...apt, 'update'], { variables });
  await run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', ...names], {
    variables,
  });
}
