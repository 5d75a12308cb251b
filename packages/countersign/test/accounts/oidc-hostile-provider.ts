// A provider that lies: discovery, keys and tokens as a test wants them, by node:http with real keys. It
// has no pages: the test makes the callback itself.

import { createHmac, createSign, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { freePort } from '../services/free-port.js';

/** JSON by name. */
export type Json = Readonly<Record<string, unknown>>;

export interface HostileProvider {
  readonly issuer: string;
  /** Laid over the discovery document. */
  discovery: Json;
  /** The answer of the token endpoint, for the nonce that the sign-in sent. */
  tokens: () => unknown;
  /** The answer of the UserInfo endpoint. */
  userInfo: Json;
  /** The key that is published as `k1`, for RS256. */
  readonly key: KeyObject;
  /** Claims that are good, for a client. */
  claims(clientId: string, nonce: string): Json;
  /** What the last request to the token endpoint brought. */
  lastForm(): URLSearchParams;
  stop(): Promise<void>;
}

export async function startHostileProvider(): Promise<HostileProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' };
  let form = '';
  const document: Json = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/keys`,
    id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256', 'none'],
  };
  const provider: HostileProvider = {
    issuer,
    discovery: {},
    tokens: () => ({}),
    userInfo: {},
    key: privateKey,
    claims: (clientId, nonce) => {
      const now = Math.floor(Date.now() / 1_000);
      return { iss: issuer, sub: 'ada', aud: clientId, nonce, iat: now, exp: now + 60 };
    },
    lastForm: () => new URLSearchParams(form),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const answers: Readonly<Record<string, () => unknown>> = {
    '/.well-known/openid-configuration': () => ({ ...document, ...provider.discovery }),
    '/keys': () => ({ keys: [jwk] }),
    '/token': () => provider.tokens(),
    '/me': () => provider.userInfo,
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      if (request.method === 'POST') form = body;
      const answer = answers[request.url ?? '']?.();
      response.setHeader('content-type', 'application/json');
      response.statusCode = answer === undefined ? 404 : 200;
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  // An idle connection that is closed while it is used again would be a failure of the test's own.
  server.keepAliveTimeout = 0;
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return provider;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token signed as `k1` is, RS256, whatever its header says. */
export function signedToken(key: KeyObject, claims: Json, header: Json = {}): string {
  const input = `${encode({ alg: 'RS256', kid: 'k1', ...header })}.${encode(claims)}`;
  return `${input}.${createSign('sha256').update(input).sign(key).toString('base64url')}`;
}

/** A token with the shared secret for a key: HS256. */
export function secretToken(secret: string | Buffer, claims: Json): string {
  const input = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A token that says `none`, with whatever stands where the signature would. */
export function unsignedToken(claims: Json, signature = ''): string {
  return `${encode({ alg: 'none' })}.${encode(claims)}.${signature}`;
}

/** A token by a key that it brings itself. */
export function selfSignedToken(claims: Json): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const input = `${encode({ alg: 'ES256', kid: 'k2', jwk })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${input}.${signature.toString('base64url')}`;
}
