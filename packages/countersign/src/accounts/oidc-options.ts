// The options of an OpenID provider, checked when it is constructed, with a remedy for each.

import { clockFrom } from '../clock-option.js';
import type { Clock } from '../clock.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { readUrl } from '../read-url.js';
import { isTrustworthyUrl, type OidcFetch } from './oidc-fetch.js';

export interface OidcProviderOptions {
  /** Names the provider in URLs: small letters, digits and hyphens, at most 32. Do not change it. */
  readonly name: string;
  /** For people, such as `Example ID`. */
  readonly label: string;
  /** The issuer identifier, exactly as the provider's discovery document has it. https. */
  readonly issuer: string;
  readonly clientId: string;
  /** Left out for a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** Where the provider sends the person back: one URL for each provider, registered there. https, or http on this machine. */
  readonly redirectUri: string;
  /** What is asked for, with `openid`. Default `openid email profile`. */
  readonly scope?: string;
  /** `acr` values of which one is demanded. Default: none is. */
  readonly requiredAcr?: readonly string[];
  /** How long ago the person may have signed in at the provider, in seconds. Default: any time. */
  readonly maxAge?: number;
  /** Allows a provider by http on this machine, for development and tests. Default `false`. */
  readonly allowInsecure?: boolean;
  /** Default: Node's. */
  readonly fetch?: OidcFetch;
  /** What one request to the provider may take, in milliseconds. 100 to 60,000, default 5,000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** The options, checked and complete. */
export interface OidcSettings {
  readonly name: string;
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly redirectUri: string;
  readonly scope: string;
  readonly requiredAcr: readonly string[];
  readonly maxAge: number | null;
  readonly allowInsecure: boolean;
  readonly fetch: OidcFetch;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

const OPTION_NAMES = [
  'name',
  'label',
  'issuer',
  'clientId',
  'clientSecret',
  'redirectUri',
  'scope',
  'requiredAcr',
  'maxAge',
  'allowInsecure',
  'fetch',
  'timeoutMs',
  'clock',
] as const satisfies readonly (keyof OidcProviderOptions)[];

const MAX_ISSUER_LENGTH = 255;
const MAX_AGE_SECONDS = 10 * 365 * 86_400;
/** The characters of a scope and of an `acr` value (RFC 6749, 3.3): nothing that a space-separated list misreads. */
const TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** @throws CountersignError `configuration` */
export function readOidcOptions(options: OidcProviderOptions): OidcSettings {
  assertOptionNames('createOidcProvider()', options, OPTION_NAMES);
  const { allowInsecure = false, clientSecret, fetch, clock } = options;
  if (typeof allowInsecure !== 'boolean')
    throw misconfigured('allowInsecure', 'is not true or false', 'Leave it out');
  if (fetch !== undefined && typeof fetch !== 'function')
    throw misconfigured('fetch', 'is not a function', 'Leave it out for that of Node');
  return {
    name: readName(options.name),
    label: readText('label', options.label, 100),
    issuer: readIssuer(options.issuer, allowInsecure),
    clientId: readText('clientId', options.clientId, 1_024),
    clientSecret: clientSecret === undefined ? null : readSecret(clientSecret),
    redirectUri: readRedirectUri(options.redirectUri),
    scope: readScope(options.scope ?? 'openid email profile'),
    requiredAcr: readAcr(options.requiredAcr ?? []),
    maxAge: options.maxAge === undefined ? null : readMaxAge('maxAge', options.maxAge),
    allowInsecure,
    fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
    timeoutMs: readTimeout(options.timeoutMs ?? 5_000),
    clock: clockFrom(clock),
  };
}

/** Whole seconds of an age. @throws CountersignError `configuration` */
export function readMaxAge(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_AGE_SECONDS) return value;
  throw misconfigured(option, 'is no age in whole seconds', 'Write it such as 3600');
}

function readName(value: unknown): string {
  if (typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,31}$/.test(value)) return value;
  throw misconfigured(
    'name',
    'is not a word for URLs',
    'Use 1 to 32 small letters, digits and hyphens, such as example-id',
  );
}

function readText(option: string, value: unknown, limit: number): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= limit) return value;
  throw misconfigured(option, 'is not a text', `Use 1 to ${limit} characters`);
}

function readSecret(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= 1_024) return value;
  throw misconfigured(
    'clientSecret',
    'is not a secret',
    'Use what the provider gave for this client; leave the option out for a public client',
  );
}

function readIssuer(value: unknown, allowInsecure: boolean): string {
  const remedy = 'Use the `issuer` of the discovery document, such as https://id.example.com';
  const url = typeof value === 'string' && !/\s/.test(value) ? readUrl(value) : undefined;
  if (typeof value !== 'string' || url === undefined)
    throw misconfigured('issuer', 'is not an URL', remedy);
  if (value.length > MAX_ISSUER_LENGTH || /[?#]/.test(value) || url.username + url.password !== '')
    throw misconfigured('issuer', 'is long, or has a query, fragment or user name', remedy);
  if (!isTrustworthyUrl(value, { allowInsecure }))
    throw misconfigured(
      'issuer',
      'is not an https URL',
      'Use https. For a provider on this machine, http://localhost with `allowInsecure: true`',
    );
  return value;
}

function readRedirectUri(value: unknown): string {
  const remedy =
    'Use https, such as https://app.example.com/sign-in/example-id, or http://localhost';
  if (typeof value !== 'string' || !isTrustworthyUrl(value, { allowInsecure: true }))
    throw misconfigured('redirectUri', 'is neither an https URL nor on this machine', remedy);
  const url = new URL(value);
  if (value.includes('#') || url.username + url.password !== '')
    throw misconfigured('redirectUri', 'has a fragment or a user name', remedy);
  return value;
}

function readScope(value: unknown): string {
  const words = typeof value === 'string' ? value.split(' ') : [];
  if (words.includes('openid') && words.every((word) => TOKEN.test(word))) return words.join(' ');
  throw misconfigured(
    'scope',
    'is not a list of words with openid',
    'Separate them by one space: openid email',
  );
}

function readAcr(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((acr) => typeof acr === 'string' && TOKEN.test(acr)))
    return value.map(String);
  throw misconfigured(
    'requiredAcr',
    'is not a list of acr values',
    'Use those that the provider documents, such as ["phr", "phrh"]',
  );
}

function readTimeout(value: unknown): number {
  if (typeof value === 'number' && value >= 100 && value <= 60_000) return value;
  throw misconfigured('timeoutMs', 'is not from 100 to 60000', 'Use milliseconds, such as 5000');
}
