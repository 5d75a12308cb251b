// Which address and scheme are believed behind proxies (ASVS 4.1.3).

import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';

import {
  createAddressResolver,
  type RequestPeer,
  type TrustProxy,
} from '../../src/http/client-address.js';

const peer = (given: Partial<RequestPeer>): RequestPeer => ({
  remoteAddress: '10.0.0.1',
  encrypted: false,
  forwardedFor: undefined,
  forwardedProto: undefined,
  ...given,
});
const addressOf = (
  trust: TrustProxy,
  remoteAddress: string | undefined,
  forwardedFor?: RequestPeer['forwardedFor'],
) => createAddressResolver(trust).address(peer({ remoteAddress, forwardedFor }));
const secureOf = (trust: TrustProxy, given: Partial<RequestPeer>) =>
  createAddressResolver(trust).secure(peer(given));

describe('without a trusted proxy (the default)', () => {
  test('4.1.3: the socket is believed and no header is read', () => {
    const request: RequestPeer = {
      remoteAddress: '192.0.2.7',
      encrypted: true,
      get forwardedFor(): never {
        throw new Error('read');
      },
      get forwardedProto(): never {
        throw new Error('read');
      },
    };
    for (const resolver of [
      createAddressResolver(),
      createAddressResolver(false),
      createAddressResolver(0),
      createAddressResolver(['10.0.0.0/8']),
    ]) {
      expect(resolver.address(request)).toBe('192.0.2.7');
      expect(resolver.secure(request)).toBe(true);
    }
  });

  test('an address has one spelling, whatever the socket says', () => {
    expect(addressOf(false, '::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(addressOf(false, '::ffff:c000:207')).toBe('192.0.2.7');
    expect(addressOf(false, '2001:DB8:0:0:0:0:0:7')).toBe('2001:db8::7');
    expect(addressOf(false, 'fe80::1%eth0')).toBe('fe80::1');
    expect(addressOf(false, undefined)).toBeUndefined();
    expect(addressOf(false, 'somewhere')).toBeUndefined();
  });
});

describe('trusted addresses', () => {
  const trust = ['10.0.0.0/8', '2001:db8::7', 'loopback'];

  test('the first untrusted address from the right is the client', () => {
    expect(addressOf(trust, '10.0.0.1', '192.0.2.7')).toBe('192.0.2.7');
    expect(addressOf(trust, '10.0.0.1', '192.0.2.7, 10.9.9.9, 127.0.0.1')).toBe('192.0.2.7');
    expect(addressOf(trust, '::1', '2001:db8::8,2001:db8:0::7')).toBe('2001:db8::8');
  });

  test('4.1.3: what the client put in front is never reached', () => {
    expect(addressOf(trust, '10.0.0.1', '1.1.1.1, 192.0.2.7')).toBe('192.0.2.7');
    expect(addressOf(trust, '10.0.0.1', '10.0.0.3, 192.0.2.7, 10.0.0.2')).toBe('192.0.2.7');
    expect(addressOf(trust, '192.0.2.7', '1.1.1.1')).toBe('192.0.2.7');
  });

  test('an IPv4-mapped peer or entry is that IPv4 address', () => {
    expect(addressOf(trust, '::ffff:10.0.0.1', '::ffff:192.0.2.7, ::ffff:a00:2')).toBe('192.0.2.7');
  });

  test('ports and brackets, as load balancers write them, are taken off', () => {
    expect(addressOf(trust, '10.0.0.1', '192.0.2.7:50123')).toBe('192.0.2.7');
    expect(addressOf(trust, '10.0.0.1', '[2001:db8::9]:443')).toBe('2001:db8::9');
    expect(addressOf(trust, '10.0.0.1', '[2001:db8::9]')).toBe('2001:db8::9');
  });

  test('several header lines are one list', () => {
    expect(addressOf(trust, '10.0.0.1', ['1.1.1.1', '192.0.2.7, 10.0.0.2'])).toBe('192.0.2.7');
  });

  test.each([
    'unknown',
    '',
    '_hidden',
    '192.0.2',
    '192.0.2.7.',
    '192.0.2.7:',
    '192.0.2.07',
    '[::1',
    'fe80::9%eth0',
    '[192.0.2.7]x',
    `192.0.2.7${' '.repeat(99)}`,
    '<script>',
    '\u0000',
  ])('an entry "%s" ends the walk at the proxy that passed it on', (entry) => {
    expect(addressOf(trust, '10.0.0.1', `192.0.2.9, ${entry}, 10.0.0.2`)).toBe('10.0.0.2');
    expect(addressOf(trust, '10.0.0.1', entry)).toBe('10.0.0.1');
  });

  test('all trusted: the farthest one, and never more than 32 entries', () => {
    expect(addressOf(trust, '10.0.0.1', '10.0.0.9, 10.0.0.2')).toBe('10.0.0.9');
    const many = ['192.0.2.7', ...Array.from({ length: 40 }, (_, at) => `10.0.1.${at}`)].join(',');
    expect(addressOf(trust, '10.0.0.1', many)).toBe('10.0.1.8');
  });

  test('a peer without an address is not trusted', () => {
    expect(addressOf(trust, undefined, '192.0.2.7')).toBeUndefined();
    expect(secureOf(trust, { remoteAddress: undefined, forwardedProto: 'https' })).toBe(false);
  });

  test('"private" is RFC 1918 and RFC 4193, and not loopback', () => {
    for (const near of ['10.1.1.1', '172.31.0.1', '192.168.9.9', 'fd00::1'])
      expect(addressOf(['private'], near, '192.0.2.7')).toBe('192.0.2.7');
    for (const far of ['172.32.0.1', '127.0.0.1', '::1', '2001:db8::1'])
      expect(addressOf(['private'], far, '192.0.2.7')).toBe(far);
  });

  test('remembering known peers changes no answer, even for more of them than are kept', () => {
    const resolver = createAddressResolver(trust);
    for (let round = 0; round < 2; round += 1)
      for (let at = 0; at < 200; at += 1) {
        const near = peer({ remoteAddress: `10.0.0.${at}`, forwardedProto: 'https' });
        const far = peer({ remoteAddress: `192.0.2.${at}`, forwardedProto: 'https' });
        expect([resolver.secure(near), resolver.secure(far)]).toEqual([true, false]);
      }
  });
});

describe('a number of hops', () => {
  test('counts proxies from the socket on', () => {
    const list = '1.1.1.1, 192.0.2.7, 198.51.100.2';
    expect(addressOf(1, '203.0.113.1', list)).toBe('198.51.100.2');
    expect(addressOf(2, '203.0.113.1', list)).toBe('192.0.2.7');
  });

  test('with fewer entries than hops it is the farthest one known', () => {
    expect(addressOf(3, '203.0.113.1', '192.0.2.7')).toBe('192.0.2.7');
    expect(addressOf(2, '203.0.113.1')).toBe('203.0.113.1');
  });

  test('works behind a Unix socket', () => {
    expect(addressOf(1, undefined, '192.0.2.7')).toBe('192.0.2.7');
    expect(secureOf(1, { remoteAddress: undefined, forwardedProto: 'https' })).toBe(true);
  });
});

describe('secure', () => {
  const near = { remoteAddress: '10.0.0.1' };
  const trust = ['10.0.0.0/8'];

  test('X-Forwarded-Proto decides, both ways, if the direct peer is trusted', () => {
    expect(secureOf(trust, { ...near, forwardedProto: 'https' })).toBe(true);
    expect(secureOf(trust, { ...near, forwardedProto: 'HTTPS' })).toBe(true);
    expect(secureOf(trust, { ...near, forwardedProto: 'wss' })).toBe(true);
    expect(secureOf(trust, { ...near, encrypted: true, forwardedProto: 'http' })).toBe(false);
  });

  test('4.1.3: it is ignored if the direct peer is not trusted', () => {
    const far = { remoteAddress: '192.0.2.7', forwardedProto: 'https', forwardedFor: '10.0.0.1' };
    expect(secureOf(trust, far)).toBe(false);
    expect(secureOf(trust, { ...far, encrypted: true, forwardedProto: 'http' })).toBe(true);
  });

  test('4.1.3: of several values the last counts, which the direct peer wrote', () => {
    expect(secureOf(trust, { ...near, forwardedProto: 'https, http' })).toBe(false);
    expect(secureOf(trust, { ...near, forwardedProto: ['http', 'https'] })).toBe(true);
  });

  test.each([undefined, null, '', 'quic', 'https;', 'https,'])(
    '%j says nothing: the socket does',
    (value) => {
      expect(secureOf(trust, { ...near, forwardedProto: value })).toBe(false);
      expect(secureOf(trust, { ...near, forwardedProto: value, encrypted: true })).toBe(true);
    },
  );
});

describe('hostile headers', () => {
  const resolvers = [1, 2, 32, ['10.0.0.0/8', '::1']].map((trust) => createAddressResolver(trust));
  const entry = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('10.0.0.2', ',', '::1'),
  );
  const list = fc.array(entry, { maxLength: 40 }).map((entries) => entries.join(','));

  test('never throw, and give an address or nothing', () => {
    fc.assert(
      fc.property(
        list,
        fc.string(),
        fc.oneof(fc.ipV4(), fc.string()),
        (forwardedFor, proto, remote) => {
          for (const resolver of resolvers) {
            const request = peer({ remoteAddress: remote, forwardedFor, forwardedProto: proto });
            const address = resolver.address(request);
            expect(address === undefined || isIP(address) > 0).toBe(true);
            expect(typeof resolver.secure(request)).toBe('boolean');
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('4.1.3: whatever a client prepends, the address stays', () => {
    const resolver = createAddressResolver(['10.0.0.0/8']);
    fc.assert(
      fc.property(list, (prepended) => {
        const forwardedFor = `${prepended}, 192.0.2.7, 10.0.0.2`;
        expect(resolver.address(peer({ forwardedFor }))).toBe('192.0.2.7');
      }),
    );
  });
});

describe('configuration is judged at construction', () => {
  test.each([
    [true, 'trustProxy: true'],
    ['loopback', 'trustProxy:'],
    [null, 'trustProxy:'],
    [-1, 'trustProxy: -1'],
    [1.5, 'trustProxy: 1.5'],
    [33, 'trustProxy: 33'],
    [['10.0.0.0/8', 'proxy.internal'], "trustProxy[1]: 'proxy.internal'"],
    [['10.0.0.0/33'], 'trustProxy[0]'],
    [['10.0.0.0/'], 'trustProxy[0]'],
    [['10.0.0.0/8/8'], 'trustProxy[0]'],
    [['10.0.0.0/08x'], 'trustProxy[0]'],
    [['2001:db8::/129'], 'trustProxy[0]'],
    [['fe80::1%eth0'], 'trustProxy[0]'],
    [['10.*'], 'trustProxy[0]'],
    [[''], 'trustProxy[0]'],
    [[7], 'trustProxy[0]'],
    [['0.0.0.0/0'], 'trusts every address'],
    [['::/0'], 'trusts every address'],
    [['::ffff:10.0.0.1'], 'Write it as IPv4'],
    [['::ffff:10.0.0.0/104'], 'Write it as IPv4'],
  ])('%j is refused', (trustProxy, message) => {
    const make = (): unknown => Reflect.apply(createAddressResolver, null, [trustProxy]);
    expect(make).toThrow(expect.objectContaining({ code: 'configuration' }));
    expect(make).toThrow(message);
  });

  test('an empty list trusts nobody', () => {
    expect(addressOf([], '10.0.0.1', '192.0.2.7')).toBe('10.0.0.1');
  });
});
