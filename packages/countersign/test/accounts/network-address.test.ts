import { expect, it } from 'vitest';

import { networkOf } from '../../src/accounts/network-address.js';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  // Behind a translator every client of IPv4 is in one /64, and must not be one client (RFC 6052).
  ['64:ff9b::192.0.2.7', '192.0.2.7'],
  ['64:ff9b::c000:207', '192.0.2.7'],
  ['64:ff9b:1::c000:207', '64:ff9b:1:0::/64'],
  ['2001:db8:0:7::9', '2001:db8:0:7::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['a socket path', 'a socket path'],
])('counts %s as %s (G49)', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
