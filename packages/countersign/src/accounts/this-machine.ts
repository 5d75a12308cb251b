// Whether a host is this machine itself: what goes there over plain HTTP reaches no network (RFC 6761 §6.3,
// RFC 1122 §3.2.1.3). The one answer for accounts and flows.

/** @param hostname as `URL` has it: in lower case, IPv6 in brackets */
export function isThisMachine(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
