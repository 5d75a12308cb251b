// Which network a client's address stands for when failures are counted: an IPv4 address is one
// client, but whoever has one IPv6 address has its whole /64 (G49). Not a check who may connect.

import { isIPv4, isIPv6 } from 'node:net';

/** IPv4 in IPv6 clothes: mapped (RFC 4291 §2.5.5.2), and translated on its way to a server (RFC 6052 §2.1). */
const IPV4_PREFIXES: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0xffff],
  [0x64, 0xff9b, 0, 0, 0, 0],
];

/**
 * `192.0.2.7` as it is; an IPv4 address in IPv6 clothes as IPv4; another IPv6 address as its first 64
 * bits, such as `2001:db8:0:7::/64`. Text that is no address, such as a socket path, as it is.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%');
  if (isIPv4(bare) || !isIPv6(bare)) return bare;
  const groups = expand(bare);
  if (IPV4_PREFIXES.some((prefix) => prefix.every((group, place) => group === groups[place]))) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function expand(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const before = readGroups(head);
  const after = tail === undefined ? [] : readGroups(tail);
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...gap, ...after];
}

function readGroups(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
