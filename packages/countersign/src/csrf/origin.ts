// Configured origins, validated once at start-up so that a request's Origin needs no parsing at all:
// it is either literally in the map or it is foreign (csrf.md F16). No suffix, pattern or wildcard.

import { misconfigured } from '../errors.js';
import { readUrl } from '../read-url.js';

/** Serialised origins, each with its host (and port, if not the scheme's own). */
export type OriginHosts = ReadonlyMap<string, string>;

const ORIGIN_SHAPE = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

/**
 * @param option the option's path, for the message
 * @throws CountersignError `configuration` for anything but exactly serialised http(s) origins
 */
export function parseOrigins(option: string, origins: readonly unknown[] | undefined): OriginHosts {
  const hosts = new Map<string, string>();
  if (origins === undefined) return hosts;
  if (!Array.isArray(origins))
    throw misconfigured(option, 'is not a list', "Write one: ['https://app.example']");
  origins.forEach((origin: unknown, position) => {
    const url = parseOrigin(`${option}[${position}]`, origin);
    hosts.set(url.origin, url.host);
  });
  return hosts;
}

function parseOrigin(option: string, origin: unknown): URL {
  const remedy = 'Write scheme and host as a browser does, such as https://app.example';
  if (typeof origin !== 'string') throw misconfigured(option, 'is not set', remedy);
  if (origin === 'null') {
    const why = 'Any sandboxed page can have it, so it is never let in; write real origins';
    throw misconfigured(option, "'null' is not an origin", why);
  }
  const url = readUrl(origin);
  if (url === undefined || !ORIGIN_SHAPE.test(url.origin))
    throw misconfigured(option, `'${origin}' is not an http or https origin`, remedy);
  if (url.origin !== origin)
    throw misconfigured(option, `'${origin}' is not exactly an origin`, `Write '${url.origin}'`);
  return url;
}
