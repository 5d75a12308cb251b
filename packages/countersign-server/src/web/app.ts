// The whole web side as one fetch handler: files and health without a session, pages with one.

import { withSession } from 'countersign/adapters/fetch';

import type { TrustedProxies } from '../cli/serve-options.js';
import { errorFields } from '../log.js';
import type { Asset } from './assets.js';
import type { Doorkeeper } from './doorkeeper.js';
import { createPages } from './pages.js';
import { REPORTS_PATH } from './places.js';
import type { Problems } from './problems.js';
import { chooseHsts, securityHeaders } from './security-headers.js';
import { withoutCredentials } from './violation-reports.js';

export interface AppOptions {
  /** Where browsers reach this server. */
  readonly origins: readonly string[];
  /** Those of them that the operator named. */
  readonly namedOrigins: readonly string[];
  readonly trustProxy: TrustedProxies;
  readonly problems: Problems;
  /** The stores that do not answer. For the health check. */
  readonly probe: () => Promise<readonly string[]>;
}

/** @param address of whatever is at the other end of the connection */
export type App = (request: Request, address: string | undefined) => Promise<Response>;

const FOR_GOOD = 'public, max-age=31536000, immutable';
const ASSETS = '/assets/';
/** One of the codings in `Accept-Encoding`, unless it is refused by a quality of 0 (RFC 9110 §12.5.3). */
const GZIP = /^\s*gzip\s*(?:;\s*q=(?:1(?:\.0*)?|0\.\d*[1-9]\d*)\s*)?$/i;

/** @throws CountersignError `configuration` for origins or proxies that are none */
export function createApp(door: Doorkeeper, options: AppOptions): App {
  const { problems } = options;
  const headers = securityHeaders({ hsts: chooseHsts(options.namedOrigins) });
  const pages = createPages({ door, problems, headers });
  const withPages = withSession(
    door.sessions,
    {
      origins: options.origins,
      trustProxy: options.trustProxy,
      address: (_request: Request, address: string | undefined) => address,
      refusalPage: problems.refusalPage,
      onError: (error) => door.log.error('request-failed', errorFields(error)),
      csrf: {
        onRefusal: ({ rule, method, route, origin, fetchSite }) =>
          door.log.warning('forged-request', {
            rule,
            method: method ?? null,
            route: route ?? null,
            origin: origin ?? null,
            fetchSite: fetchSite ?? null,
          }),
      },
    },
    (request, { session, address }) => pages.fetch(request, { session, address }),
  );
  return async (request, address) => {
    const { pathname } = new URL(request.url);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && pathname === '/healthz') return answerHealth(options.probe, headers);
    if (isRead && pathname.startsWith(ASSETS)) {
      const asset = door.assets.find(pathname.slice(ASSETS.length));
      if (asset !== undefined) return answerAsset(request, asset, headers);
    }
    const isReport = request.method === 'POST' && pathname === REPORTS_PATH;
    const response = await withPages(isReport ? withoutCredentials(request) : request, address);
    // What the adapter answers in place of a page has none of them.
    if (!response.headers.has('Content-Security-Policy'))
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  };
}

async function answerHealth(
  probe: AppOptions['probe'],
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const down = await probe();
  const isWell = down.length === 0;
  return Response.json(isWell ? { status: 'ok' } : { status: 'unavailable', down }, {
    status: isWell ? 200 : 503,
    headers: { ...headers, 'Cache-Control': 'no-store' },
  });
}

function answerAsset(
  request: Request,
  asset: Asset,
  headers: Readonly<Record<string, string>>,
): Response {
  const isGzipped = takesGzip(request.headers.get('accept-encoding') ?? '');
  return new Response(isGzipped ? asset.gzipped : asset.body, {
    headers: {
      ...headers,
      'Content-Type': asset.type,
      'Cache-Control': FOR_GOOD,
      Vary: 'Accept-Encoding',
      ...(isGzipped ? { 'Content-Encoding': 'gzip' } : {}),
    },
  });
}

/** Only pages have secrets in them, and pages are never compressed (the BREACH attack). */
function takesGzip(accepted: string): boolean {
  return accepted.split(',').some((coding) => GZIP.test(coding));
}
