// The headers that every answer carries (ASVS 3.4). No frame or style of anybody else, and no style or
// script in the page itself. Scripts run on pages that ask for them alone, from our own files.

import { isThisMachine } from 'countersign';

import { REPORTS_PATH } from './places.js';

/** Whether a page may run the files in assets/, and talk to this server from them. */
export type Scripts = 'none' | 'own';

/**
 * The policy of a page. Forms go to this server only, those of providers too: a browser may hold the
 * redirects after a form to `form-action` as well, so the answer to such a form is a page that leaves by
 * itself (views/departure-page.tsx), and no list of other origins is needed.
 */
export function contentSecurityPolicy(scripts: Scripts): string {
  return [
    "default-src 'none'",
    ...(scripts === 'own' ? ["script-src 'self'", "connect-src 'self'"] : []),
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    // Browsers that know the first of these two do not look at the other.
    `report-to ${REPORTS}`,
    `report-uri ${REPORTS_PATH}`,
  ].join('; ');
}

/** What the policy calls the place for reports, which `Reporting-Endpoints` says (ASVS 3.4.7). */
const REPORTS = 'csp';

const PERMISSIONS_POLICY = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

/** One year, the least that ASVS 3.4.1 takes. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000; includeSubDomains';

export interface SecurityOptions {
  /** Whether to tell browsers to come by HTTPS only, for a year and on subdomains as well. */
  readonly hsts: 'send' | 'none';
}

/** Names and values, for every response. One that may run scripts replaces the policy. */
export function securityHeaders({ hsts }: SecurityOptions): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentSecurityPolicy('none'),
    'Reporting-Endpoints': `${REPORTS}="${REPORTS_PATH}"`,
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
    return protocol === 'https:' && !isThisMachine(hostname);
  });
  return origins.length > 0 && isPublic ? 'send' : 'none';
}
