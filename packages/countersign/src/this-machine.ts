// Whether a host is this machine itself: what goes there over plain HTTP reaches no network (RFC 6761 §6.3,
// RFC 1122 §3.2.1.3), and browsers take its pages for secure (Secure Contexts §3.1). The one answer for all.

const NAME = /^(?:[\w-]+\.)*localhost$/;
const ADDRESS = /^127(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/**
 * Whether a host is this machine: `localhost` or a name under it, an address that begins with 127, or
 * `::1`. Not `0.0.0.0`, nor an IPv4 address written as IPv6: browsers take those for others.
 * @param host a name or an address without a port, in any case; IPv6 in brackets or not
 */
export function isThisMachine(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === '::1' || name === '[::1]' || NAME.test(name)) return true;
  return ADDRESS.test(name) && name.split('.').every((part) => Number(part) < 256);
}
