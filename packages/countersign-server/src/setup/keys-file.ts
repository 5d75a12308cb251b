// The keys file: the secrets of the key ring, newest first. Made at the first start, never changed
// by this program after that. Doorkeepers that share their sessions have the same one. Whoever reads it can make tokens that pass the first check.

import { randomBytes } from 'node:crypto';
import { Mistake } from '../mistake.js';
import { parseJson, readPrivateFile, writePrivateFile } from './private-file.js';

export interface KeysFile {
  readonly path: string;
  /** For `createSessions({ keys })`. At least one. */
  readonly secrets: readonly string[];
  /** Whether this start made it. */
  readonly created: boolean;
}

const FORMAT = 1;
const KEY_BYTES = 32;
const LEAST_CHARACTERS = 43;

/**
 * Reads the keys, or makes a first one.
 * @param path in a folder that exists
 * @param now epoch milliseconds, kept beside a new key
 * @throws Mistake when others can read the file, or it is not a keys file
 */
export function openKeysFile(path: string, now: number): KeysFile {
  const text = readPrivateFile(path);
  if (text !== undefined) return { path, secrets: parseKeys(path, text), created: false };
  const created = writePrivateFile(path, newKeys(now), { existing: 'keep' });
  return { path, secrets: parseKeys(path, readPrivateFile(path) ?? ''), created };
}

function newKeys(now: number): string {
  const key = {
    created: new Date(now).toISOString(),
    secret: randomBytes(KEY_BYTES).toString('base64url'),
  };
  return `${JSON.stringify({ format: FORMAT, keys: [key] }, null, 2)}\n`;
}

/** Never repeats a part of the text in a message. */
function parseKeys(path: string, text: string): readonly string[] {
  const secrets = readSecrets(text);
  if (secrets !== undefined && secrets.length > 0) return secrets;
  throw new Mistake(
    `${path} is not a keys file: { "format": 1, "keys": [{ "secret": "…" }] } with secrets of at least ${LEAST_CHARACTERS} characters.\nPut your copy of it back. Without one, remove it: new keys are made at the next start. Sessions go on, and copies of older cookies are refused without being noticed as copies.`,
    { exitCode: 1 },
  );
}

function readSecrets(text: string): readonly string[] | undefined {
  const file = parseJson(text);
  if (!isObject(file) || file['format'] !== FORMAT || !Array.isArray(file['keys']))
    return undefined;
  const secrets: string[] = [];
  for (const key of file['keys'] as readonly unknown[]) {
    const secret = isObject(key) ? key['secret'] : undefined;
    if (typeof secret !== 'string' || secret.length < LEAST_CHARACTERS) return undefined;
    secrets.push(secret);
  }
  return secrets;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
