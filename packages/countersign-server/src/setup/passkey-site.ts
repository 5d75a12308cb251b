// For which domain passkeys are made, and at which origins they can be used. They are worthless under
// any other domain, so it is that of the first origin, and stays so.

import { isIP } from 'node:net';

import { isThisMachine } from 'countersign';

export interface PasskeySite {
  /** The host of the first origin. */
  readonly rpId: string;
  /** Those of the origins that belong to it. */
  readonly origins: readonly string[];
}

/**
 * @param origins where browsers reach the server; at least one
 * @returns `undefined` where browsers take no passkeys: at an address in place of a name
 */
export function passkeySiteOf(origins: readonly string[]): PasskeySite | undefined {
  const [first = ''] = origins;
  const { hostname: rpId } = new URL(first);
  if (isIP(rpId.replaceAll(/[[\]]/g, '')) !== 0) return undefined;
  return { rpId, origins: origins.filter((origin) => belongsTo(new URL(origin), rpId)) };
}

function belongsTo({ protocol, hostname }: URL, rpId: string): boolean {
  const isLocal = isThisMachine(hostname);
  const isParent = hostname.endsWith(`.${rpId}`) && (rpId.includes('.') || isLocal);
  return (hostname === rpId || isParent) && (protocol === 'https:' || isLocal);
}
