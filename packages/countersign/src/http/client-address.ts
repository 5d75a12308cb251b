// Who is at the other end when proxies stand in between: which address, and did the browser use
// HTTPS. Pure: takes what the socket and the headers say and returns values. X-Forwarded-* only, not
// RFC 7239 `Forwarded`. ASVS 4.1.3: what a client writes into these headers is never believed.

import { BlockList, isIP, SocketAddress } from 'node:net';

import { misconfigured } from '../errors.js';

/**
 * Which proxies are believed:
 * - `false` (default) or `0`: none. The socket's own address counts, X-Forwarded-* is not read.
 * - a number of hops, 1 to 32: that many proxies stand before this server, and nobody can reach it
 *   past them. The only form that works behind a Unix socket, whose peer has no address.
 * - addresses and CIDR ranges of the proxies, such as `['10.0.0.0/8', '2001:db8::7']`, and the names
 *   `loopback` (127.0.0.0/8, ::1) and `private` (RFC 1918, RFC 4193).
 */
export type TrustProxy = false | number | readonly string[];

/** A header as `node:http` (string or array) or Web `Headers` (`null` when absent) gives it. */
type ForwardedHeader = string | readonly string[] | null | undefined;

/** What is known of one request. Getters are read only when they are needed. */
export interface RequestPeer {
  /** The socket's address; `undefined` for a Unix socket or where the platform does not tell. */
  readonly remoteAddress: string | undefined;
  /** Whether TLS ends in this process. */
  readonly encrypted: boolean;
  readonly forwardedFor: ForwardedHeader;
  readonly forwardedProto: ForwardedHeader;
}

/** Two questions, each answered only when it is asked. Neither ever throws. */
export interface AddressResolver {
  /**
   * The client's IP address in its one canonical spelling (IPv6 in lower case and compressed, no
   * zone; an IPv4-mapped one as IPv4), or `undefined` when not known. X-Forwarded-For is walked from
   * the right: the first address that is not a trusted proxy's is the client's. An entry that is
   * not an address ends the walk at the proxy that passed it on. At most 32 entries are read.
   */
  address(peer: RequestPeer): string | undefined;
  /**
   * Whether the browser spoke HTTPS. X-Forwarded-Proto is believed only if the direct peer is a
   * trusted proxy, and of several values only the last, which that proxy wrote.
   */
  secure(peer: RequestPeer): boolean;
}

const MOST_HOPS = 32;
const LONGEST_ENTRY = 64;
const MOST_REMEMBERED = 64;
const MAPPED_PREFIX = '::ffff:';
const IS_HTTPS: ReadonlyMap<string, boolean> = new Map([
  ['https', true],
  ['wss', true],
  ['http', false],
  ['ws', false],
]);
const NAMED_RANGES: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);
const REMEDY =
  "Write false, the number of proxies in front of this server (such as 1), or their addresses (such as ['loopback', '10.0.0.0/8'])";

/** Whether the proxy at this address, `depth` steps away (0 is the socket's peer), is believed. */
type Trusts = (address: string | undefined, depth: number) => boolean;

/**
 * Builds the resolver for one setting.
 * @throws CountersignError `configuration` for anything that is not a `TrustProxy`: `true`, a
 *   fraction, an unreadable address, a range that covers every address
 */
export function createAddressResolver(trustProxy: TrustProxy = false): AddressResolver {
  const trusts = createTrust(trustProxy);
  return {
    address(peer) {
      const remote = peer.remoteAddress;
      const direct = remote === undefined ? undefined : canonicalAddress(withoutZone(remote));
      return trusts(direct, 0) ? walk(direct, peer.forwardedFor, trusts) : direct;
    },
    secure(peer) {
      const remote = peer.remoteAddress;
      const direct = remote === undefined ? undefined : withoutZone(remote);
      if (!trusts(direct, 0)) return peer.encrypted;
      const values = joined(peer.forwardedProto);
      const last = values.slice(values.lastIndexOf(',') + 1).trim();
      return IS_HTTPS.get(last.toLowerCase()) ?? peer.encrypted;
    },
  };
}

function walk(direct: string | undefined, header: ForwardedHeader, trusts: Trusts) {
  const entries = joined(header);
  let client = direct;
  let end = entries.length;
  for (let depth = 0; depth < MOST_HOPS && end >= 0 && trusts(client, depth); depth += 1) {
    const comma = end === 0 ? -1 : entries.lastIndexOf(',', end - 1);
    const address = parseEntry(entries.slice(comma + 1, end));
    if (address === undefined) break;
    client = address;
    end = comma;
  }
  return client;
}

/** One entry of X-Forwarded-For: an address, or `address:port` as some load balancers write it. */
function parseEntry(entry: string): string | undefined {
  if (entry.length > LONGEST_ENTRY) return undefined;
  const text = entry.trim();
  const withPort = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(text);
  const address = withPort?.[1] ?? withPort?.[2] ?? text;
  return address.includes('%') ? undefined : canonicalAddress(address);
}

function canonicalAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family !== 6) return family === 4 ? text : undefined;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const mapped = address.slice(MAPPED_PREFIX.length);
  return address.startsWith(MAPPED_PREFIX) && isIP(mapped) === 4 ? mapped : address;
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

function joined(header: ForwardedHeader): string {
  if (header === undefined || header === null) return '';
  return typeof header === 'string' ? header : header.join(',');
}

function createTrust(trustProxy: unknown): Trusts {
  if (trustProxy === false || trustProxy === 0) return () => false;
  if (typeof trustProxy === 'number') {
    if (!Number.isInteger(trustProxy) || trustProxy < 1 || trustProxy > MOST_HOPS)
      throw misconfigured('trustProxy', `${trustProxy} is not a number of proxies`, REMEDY);
    return (_address, depth) => depth < trustProxy;
  }
  if (!Array.isArray(trustProxy)) {
    const given = trustProxy === true ? 'true would let anybody name any address' : 'is not valid';
    throw misconfigured('trustProxy', given, REMEDY);
  }
  return remembering(createRanges(trustProxy));
}

/** A look-up in a BlockList costs 3 µs, and the same few proxies ask all day. */
function remembering(ranges: BlockList): Trusts {
  const known = new Map<string, boolean>();
  return (address, depth) => {
    if (address === undefined) return false;
    const before = known.get(address);
    if (before !== undefined) return before;
    const canonical = canonicalAddress(address);
    const trusted =
      canonical !== undefined && ranges.check(canonical, isIP(canonical) === 6 ? 'ipv6' : 'ipv4');
    if (depth === 0) {
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(address, trusted);
    }
    return trusted;
  };
}

function createRanges(entries: readonly unknown[]): BlockList {
  const ranges = new BlockList();
  entries.forEach((entry, position) => {
    const option = `trustProxy[${position}]`;
    if (typeof entry !== 'string') throw misconfigured(option, 'is not a text', REMEDY);
    for (const range of NAMED_RANGES.get(entry) ?? [entry]) addRange(ranges, range, option);
  });
  return ranges;
}

function addRange(ranges: BlockList, range: string, option: string): void {
  const [address = '', prefix, ...rest] = range.split('/');
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  const wellFormed = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  if (family === 0 || !wellFormed || rest.length > 0 || address.includes('%'))
    throw misconfigured(option, `'${range}' is not an address or CIDR range`, REMEDY);
  if (family === 6 && canonicalAddress(address)?.includes(':') === false)
    throw misconfigured(option, `'${range}' is IPv4 written as IPv6`, 'Write it as IPv4');
  const length = prefix === undefined ? bits : Number(prefix);
  if (length === 0) {
    const remedy = 'Name the range that your proxies are in, or give their number';
    throw misconfigured(option, `'${range}' trusts every address there is`, remedy);
  }
  ranges.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
}
