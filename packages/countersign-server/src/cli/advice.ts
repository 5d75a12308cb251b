// What an operator should know of the options given: nothing here is wrong by itself, and all of it
// surprises later.

import type { ServeOptions } from './serve-options.js';

/** Notes for the start output; empty when there is nothing to say. */
export function adviseOn(options: ServeOptions): readonly string[] {
  const { host, origins, tls, trustProxy } = options;
  const notes: string[] = [];
  const hasHttps = tls === 'self-signed' || origins.some((origin) => origin.startsWith('https:'));
  if (!hasHttps && !(isLocal(host) && origins.every((origin) => isLocal(hostOf(origin)))))
    notes.push(
      'Over plain HTTP browsers keep the session cookie on localhost only. For other machines put a proxy with HTTPS in front and give --origin, or use --tls-self-signed.',
    );
  if (tls === 'none' && hasHttps && trustProxy === false)
    notes.push(
      'The origin is HTTPS and this server speaks HTTP, so a proxy stands in between. Name it by --trust-proxy, such as --trust-proxy loopback: until then all visitors have its address, and are slowed down together.',
    );
  return notes;
}

function hostOf(origin: string): string {
  return new URL(origin).hostname.replaceAll(/[[\]]/g, '');
}

function isLocal(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);
}
