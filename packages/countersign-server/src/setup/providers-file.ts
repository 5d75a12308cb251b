// The file of OpenID providers that people may sign in at: a list in JSON, written by the operator. It
// holds secrets, so no message repeats a part of it other than an entry's name.

import { readFileSync } from 'node:fs';

import { CountersignError, isThisMachine, type Clock } from 'countersign';
import { createOidcProvider, type OidcProvider } from 'countersign/accounts/oidc';
import type { TrustedProvider } from 'countersign/flows';

import { Mistake } from '../mistake.js';
import { readUrl } from '../read-url.js';
import { PROVIDER_CALLBACK_PATH } from '../web/places.js';
import { reasonOf } from './data-folder.js';
import { parseJson, readPrivateFile } from './private-file.js';

/** An object of the list, not looked into yet but for its fields' names. */
type Entry = Readonly<Record<string, unknown>>;

export interface ProvidersFile {
  readonly path: string;
  readonly entries: readonly Entry[];
}

export interface ProviderPlace {
  /** Where browsers reach this server. */
  readonly origin: string;
  readonly clock: Clock;
}

const FIELDS = [
  'name',
  'label',
  'issuer',
  'clientId',
  'clientSecret',
  'createsAccounts',
  'trustsTwoFactors',
] as const;

const EXAMPLE =
  '[{ "name": "example-id", "label": "Example ID", "issuer": "https://id.example.com", "clientId": "…", "clientSecret": "…" }]';

/** What a provider has to be told: a URL of its own, so that none can answer in another's place. */
export function providerCallback(origin: string, name: string): string {
  return `${origin}${PROVIDER_CALLBACK_PATH}/${name}`;
}

/**
 * Reads the list. Where a secret is in it, nobody else may read it.
 * @throws Mistake
 */
export function readProvidersFile(path: string): ProvidersFile {
  const list = parseJson(readText(path));
  if (!Array.isArray(list))
    throw new Mistake(`${path} is no list of providers in JSON.\nIt is such as ${EXAMPLE}`, {
      exitCode: 1,
    });
  const entries = list.map((entry: unknown, index) => readEntry(path, entry, index));
  // Says itself what is wrong: that others can read it.
  if (entries.some((entry) => entry['clientSecret'] !== undefined)) readPrivateFile(path);
  for (const field of ['name', 'issuer']) assertDifferent(path, entries, field);
  return { path, entries };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Mistake(
      `The providers file ${path} cannot be read: ${reasonOf(cause)}.\nPut the path in --providers right, or leave it out for none.`,
      { exitCode: 1, cause },
    );
  }
}

function readEntry(path: string, entry: unknown, index: number): Entry {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw mistake(path, String(index + 1), 'it is no object', `Write it such as ${EXAMPLE}.`);
  const fields: Entry = { ...entry };
  const unknown = Object.keys(fields).find((name) => !FIELDS.some((field) => field === name));
  if (unknown === undefined) return fields;
  const known = `The fields are ${FIELDS.join(', ')}.`;
  throw mistake(path, nameOf(fields, index), `it has a field that is not known here`, known);
}

function assertDifferent(path: string, entries: readonly Entry[], field: string): void {
  const values = entries.map((entry) => entry[field]);
  const second = values.findIndex((value, index) => values.indexOf(value) < index);
  if (second === -1) return;
  const problem = `its ${field} is that of another entry`;
  throw mistake(path, nameOf(entries[second] ?? {}, second), problem, 'List each provider once.');
}

/**
 * Makes the providers. Nothing is requested of them yet.
 * @throws Mistake that names the entry, with the remedy
 */
export function openProviders(
  { path, entries }: ProvidersFile,
  place: ProviderPlace,
): readonly TrustedProvider[] {
  return entries.map((entry, index) => {
    const refuse = (problem: string, remedy: string): Mistake =>
      mistake(path, nameOf(entry, index), problem, remedy);
    return {
      provider: openProvider(entry, place, refuse),
      createsAccounts: readSwitch(entry['createsAccounts'], refuse),
      trustsTwoFactors: readTwoFactors(entry['trustsTwoFactors'], refuse),
    };
  });
}

type Refuse = (problem: string, remedy: string) => Mistake;

function openProvider(
  entry: Entry,
  { origin, clock }: ProviderPlace,
  refuse: Refuse,
): OidcProvider {
  const text = (field: string): string => {
    const value = entry[field];
    if (typeof value === 'string') return value;
    throw refuse(`its ${field} is no text`, `Write it such as in ${EXAMPLE}.`);
  };
  const issuer = text('issuer');
  const url = readUrl(issuer);
  const isHttp = url?.protocol === 'http:';
  if (isHttp && !isThisMachine(url.hostname))
    throw refuse(
      'its issuer is over plain HTTP',
      'Give its https:// address. Plain HTTP is for a provider on localhost.',
    );
  try {
    return createOidcProvider({
      name: text('name'),
      label: text('label'),
      issuer,
      clientId: text('clientId'),
      ...(entry['clientSecret'] === undefined ? {} : { clientSecret: text('clientSecret') }),
      redirectUri: providerCallback(origin, text('name')),
      allowInsecure: isHttp,
      clock,
    });
  } catch (cause) {
    // The library's words name the field and the remedy, and no value.
    if (!(cause instanceof CountersignError)) throw cause;
    throw refuse(cause.message, '');
  }
}

function readSwitch(value: unknown, refuse: Refuse): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw refuse('its createsAccounts is neither true nor false', 'Write true, or leave it out.');
}

type TwoFactors = NonNullable<TrustedProvider['trustsTwoFactors']>;

function readTwoFactors(given: unknown, refuse: Refuse): TwoFactors {
  const value = given ?? {};
  const lists: Entry = typeof value === 'object' ? { ...value } : { value };
  const { acr = [], amr = [], ...others } = lists;
  if (Object.keys(others).length === 0 && isList(acr) && isList(amr)) return { acr, amr };
  throw refuse(
    'its trustsTwoFactors is something else than lists of acr and amr values',
    'Write those of which the provider documents that they mean two factors, such as { "amr": ["mfa"] }.',
  );
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
}

/** As messages name an entry: by its name if it is one, and by its place in any case. */
function nameOf(entry: Entry, index: number): string {
  const { name } = entry;
  const isName = typeof name === 'string' && /^[a-z0-9-]{1,32}$/.test(name);
  return isName ? `${index + 1} (${name})` : String(index + 1);
}

function mistake(path: string, entry: string, problem: string, remedy: string): Mistake {
  const message = `Entry ${entry} of ${path} cannot be used: ${problem.replace(/\.$/, '')}.`;
  return new Mistake(remedy === '' ? message : `${message}\n${remedy}`, { exitCode: 1 });
}
