// What an operator should know of the options given: nothing here is wrong by itself, and all of it
// surprises later.

import type { KeysFile } from '../setup/keys-file.js';
import type { ServeOptions } from './serve-options.js';
import { variableOf, type StoreOptions } from './store-options.js';

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
  return [...notes, ...adviseOnStores(options.stores)];
}

/** New keys are a surprise where others have made theirs before. */
export function adviseOnKeys(
  { stores }: ServeOptions,
  { path, created }: Pick<KeysFile, 'path' | 'created'>,
): readonly string[] {
  return created && stores.database !== undefined
    ? [
        `These keys are new. All doorkeepers on this database need the same ones: copy ${path} to the others, or theirs to this one, and start again. With different keys, each refuses the sessions of the others.`,
      ]
    : [];
}

function adviseOnStores({ database, sessions }: StoreOptions): readonly string[] {
  const exposed = [database, sessions].flatMap((store) =>
    store?.isExposed === true
      ? [
          `The password in ${store.name} can be seen by every user of this machine. Give the URL by the environment: ${variableOf(store.flag)}.`,
        ]
      : [],
  );
  if (database !== undefined || sessions === undefined) return exposed;
  return [
    ...exposed,
    'Accounts are in an SQLite file of this machine, so run one doorkeeper only: a second one would not find the accounts of the sessions that they share, and end them. Give --database for several.',
  ];
}

function hostOf(origin: string): string {
  return new URL(origin).hostname.replaceAll(/[[\]]/g, '');
}

function isLocal(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);
}
