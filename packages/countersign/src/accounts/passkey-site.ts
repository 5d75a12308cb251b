// For which site passkeys are made: the relying party of WebAuthn, checked once at construction, since a
// browser tells a wrong one only by an error on the person's screen.

import { parseOrigins } from '../csrf/origin.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { isThisMachine } from '../this-machine.js';

export interface PasskeySiteOptions {
  /**
   * The domain that passkeys belong to for good, such as `example.org`: the host of each origin, or a
   * parent domain that you own. Passkeys are worthless under another.
   */
  readonly rpId: string;
  /** The service's name, as browsers show it. */
  readonly rpName: string;
  /** The origins of the pages that ask for passkeys, such as `https://login.example.org`. */
  readonly origins: readonly string[];
}

export interface PasskeySite {
  readonly rpId: string;
  readonly rpName: string;
  readonly origins: readonly string[];
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const ENDS_IN_NUMBER = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/;

/**
 * Checks the options. Whether a parent domain is one that anybody may register under, such as `co.uk`,
 * is not known here; browsers refuse those.
 * @throws CountersignError `configuration`, with the remedy
 */
export function readPasskeySite(options: PasskeySiteOptions): PasskeySite {
  assertOptionNames('', options, ['rpId', 'rpName', 'origins']);
  const { rpId, rpName } = options;
  assertDomain(rpId);
  if (typeof rpName !== 'string' || rpName.trim() === '')
    throw misconfigured('rpName', 'is empty', "Write the service's name, such as 'Example Shop'");
  const origins = [...parseOrigins('origins', options.origins).keys()];
  if (origins.length === 0)
    throw misconfigured('origins', 'none was given', "Write one: ['https://app.example']");
  origins.forEach((origin, position) => {
    assertOrigin(`origins[${position}]`, new URL(origin), rpId);
  });
  return { rpId, rpName, origins };
}

function assertDomain(rpId: unknown): void {
  const remedy = "Write the domain alone, in lower case, such as 'example.org' or 'localhost'";
  if (typeof rpId !== 'string') throw misconfigured('rpId', 'is not set', remedy);
  if (!DOMAIN.test(rpId)) throw misconfigured('rpId', `'${rpId}' is not a domain`, remedy);
  if (ENDS_IN_NUMBER.test(rpId))
    throw misconfigured('rpId', `'${rpId}' is an address, which WebAuthn does not take`, remedy);
}

function assertOrigin(option: string, { origin, protocol, hostname }: URL, rpId: string): void {
  if (protocol !== 'https:' && !isThisMachine(hostname)) {
    const remedy = 'Write https:, or http://localhost while developing';
    throw misconfigured(option, `'${origin}' is not secure, so browsers offer no passkeys`, remedy);
  }
  // A lone label is a top-level domain, which nobody owns; `localhost` is the exception.
  const isParent = hostname.endsWith(`.${rpId}`) && (rpId.includes('.') || rpId === 'localhost');
  if (hostname === rpId || isParent) return;
  const remedy = `Write rpId: '${hostname}', or a parent domain of it that you own`;
  throw misconfigured(option, `'${origin}' is not of the domain '${rpId}'`, remedy);
}
