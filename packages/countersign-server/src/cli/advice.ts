// What an operator should know of the options given: nothing here is wrong by itself, and all of it
// surprises later.

import { isThisMachine } from 'countersign';

import type { KeysFile } from '../setup/keys-file.js';
import { passkeySiteOf } from '../setup/passkey-site.js';
import { isForDevelopment } from './describe-mail.js';
import { variableOf } from './given.js';
import { hostOf } from './origin.js';
import type { ServeOptions } from './serve-options.js';
import type { StoreOptions } from './store-options.js';

/** Notes for the start output; empty when there is nothing to say. */
export function adviseOn(options: ServeOptions): readonly string[] {
  const { host, origins, tls, trustProxy } = options;
  const notes: string[] = [];
  const hasHttps = tls === 'self-signed' || origins.some((origin) => origin.startsWith('https:'));
  if (
    !hasHttps &&
    !(isThisMachine(host) && origins.every((origin) => isThisMachine(hostOf(origin))))
  )
    notes.push(
      'Over plain HTTP browsers keep the session cookie on localhost only. For other machines put a proxy with HTTPS in front and give --origin, or use --tls-self-signed.',
    );
  if (tls === 'none' && hasHttps && trustProxy === false)
    notes.push(
      'The origin is HTTPS and this server speaks HTTP, so a proxy stands in between. Name it by --trust-proxy, such as --trust-proxy loopback: until then all visitors have its address, and are slowed down together.',
    );
  return [
    ...notes,
    ...adviseOnStores(options.stores),
    ...adviseOnMail(options),
    ...adviseOnPasskeys(origins),
  ];
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

function adviseOnMail(options: ServeOptions): readonly string[] {
  const { smtp } = options.mail;
  if (smtp === undefined)
    return isForDevelopment(options)
      ? []
      : [
          'Mail is not sent: nobody gets the link to create an account, or to choose a new password. Name a mail server by --smtp.',
        ];
  return [
    ...(smtp.isExposed ? [exposed(smtp.name, 'smtp', PASSWORD_FILE)] : []),
    ...(smtp.tls === 'none' && !isThisMachine(smtp.host)
      ? [
          `Mails go to ${smtp.place} without TLS, with the links in them: whoever is on the way can read them.`,
        ]
      : []),
  ];
}

/** Of origins that are derived, some are addresses of this machine: nobody misses anything there. */
function adviseOnPasskeys(origins: readonly string[]): readonly string[] {
  if (origins.length === 0) return [];
  const site = passkeySiteOf(origins);
  if (site === undefined)
    return [
      'Passkeys are off: browsers take none at an address. Give an --origin with a host name.',
    ];
  const others = origins.filter((origin) => !site.origins.includes(origin));
  return others.length === 0
    ? []
    : [
        `Passkeys belong to ${site.rpId}, the host of the first --origin, and cannot be used at ${others.join(' or ')}.`,
      ];
}

const PASSWORD_FILE = ', or the password by --smtp-password-file';

/** A password stands where it can be seen. */
function exposed(name: string, flag: string, otherwise = ''): string {
  return `The password in ${name} can be seen by every user of this machine. Give the URL by the environment: ${variableOf(flag)}${otherwise}.`;
}

function adviseOnStores({ database, sessions }: StoreOptions): readonly string[] {
  const notes = [database, sessions].flatMap((store) =>
    store?.isExposed === true ? [exposed(store.name, store.flag)] : [],
  );
  if (database !== undefined || sessions === undefined) return notes;
  return [
    ...notes,
    'Accounts are in an SQLite file of this machine, so run one doorkeeper only: a second one would not find the accounts of the sessions that they share, and end them. Give --database for several.',
  ];
}
