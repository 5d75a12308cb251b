// The headers that every answer carries (ASVS 3.4). No script, frame or style of anybody else; no style
// in the page itself either.

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
].join('; ');

const PERMISSIONS_POLICY = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

/** One year, the least that ASVS 3.4.1 takes. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000; includeSubDomains';

export interface SecurityOptions {
  /** Whether to tell browsers to come by HTTPS only, for a year and on subdomains as well. */
  readonly hsts: 'send' | 'none';
}

/** Names and values, for every response. */
export function securityHeaders({ hsts }: SecurityOptions): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    // `no-referrer` would make browsers send `Origin: null` with our own forms (csrf.md K8).
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': PERMISSIONS_POLICY,
    ...(hsts === 'send' ? { 'Strict-Transport-Security': STRICT_TRANSPORT_SECURITY } : {}),
  };
}

/**
 * Only for a host that its operator named, under HTTPS alone: said by `localhost`, it would lock every
 * other program of that machine out of plain HTTP.
 * @param origins as the operator gave them, none if they were derived
 */
export function chooseHsts(origins: readonly string[]): SecurityOptions['hsts'] {
  const isPublic = origins.every((origin) => {
    const { protocol, hostname } = new URL(origin);
    return protocol === 'https:' && !/^(?:.+\.)?localhost$|^127\.|^\[::1\]$/.test(hostname);
  });
  return origins.length > 0 && isPublic ? 'send' : 'none';
}
