// The place that mails speak of and point to. Every link is made of the configured origin and a
// configured path, never of a request's Host (G69).

import { isThisMachine } from '../../this-machine.js';
import { parseOrigins } from '../../csrf/origin.js';
import { CountersignError, misconfigured } from '../../errors.js';
import type { TokenLinkKind } from './kinds.js';

/** The paths that are assumed. */
export const MAIL_PATHS = {
  account: '/account',
  'sign-in': '/sign-in',
  forgotten: '/forgotten',
  'sign-up': '/links/sign-up',
  'verify-address': '/links/verify-address',
  reset: '/links/reset',
  'sign-in-link': '/links/sign-in',
} as const satisfies Readonly<Record<'account' | 'sign-in' | 'forgotten' | TokenLinkKind, string>>;

/** The pages that mails point to: three without a token, and one for each kind of link. */
export type MailPage = keyof typeof MAIL_PATHS;

export interface MailSiteOptions {
  /** What people call the service. At most 60 characters. */
  readonly serviceName: string;
  /** Where its pages are, such as `https://shop.example`. HTTPS, but for this machine itself. */
  readonly origin: string;
  /** Paths other than those of `MAIL_PATHS`. */
  readonly paths?: Partial<Readonly<Record<MailPage, string>>>;
}

export interface MailSite {
  readonly serviceName: string;
  /** The address of a page without a token. */
  page(name: 'account' | 'sign-in' | 'forgotten'): string;
  /** The address of a page with the token as the query's `token`. @throws CountersignError `mail-invalid` */
  link(kind: TokenLinkKind, token: string): string;
}

const LONGEST_NAME = 60;
const PATH = /^(?:\/[\w\-.~]+)+$/;
const TOKEN = /^[\w-]{20,200}$/;

/** @throws CountersignError `configuration` */
export function createMailSite(options: MailSiteOptions): MailSite {
  const { serviceName, origin } = options;
  if (!isName(serviceName))
    throw misconfigured(
      'serviceName',
      'is not a name',
      `Write 1 to ${LONGEST_NAME} characters on one line`,
    );
  parseOrigins('origin', [origin]);
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'https:' && !isThisMachine(hostname))
    throw misconfigured(
      'origin',
      'is not HTTPS',
      'A link over HTTP gives its token to the network',
    );
  const paths = { ...MAIL_PATHS, ...options.paths };
  for (const [name, path] of Object.entries(paths))
    if (typeof path !== 'string' || !PATH.test(path))
      throw misconfigured(`paths.${name}`, 'is not a path', "Write one such as '/account'");
  return {
    serviceName,
    page: (name) => `${origin}${paths[name]}`,
    link(kind, token) {
      if (!TOKEN.test(token))
        throw new CountersignError('mail-invalid', `The token for '${kind}' is not one`);
      return `${origin}${paths[kind]}?token=${token}`;
    },
  };
}

function isName(name: string): boolean {
  return (
    typeof name === 'string' &&
    name.trim() !== '' &&
    name.length <= LONGEST_NAME &&
    !/[\p{C}\p{Zl}\p{Zp}]/u.test(name)
  );
}
