// An authenticator in software, with the browser before it: makes real credentials and signatures from
// the JSON options of a ceremony, as `navigator.credentials` and an authenticator do together. Each
// deviation of a dishonest or broken one can be asked for.

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

import type { PasskeyCreationOptions, PasskeyRequestOptions } from '../../src/accounts/passkeys.js';

type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

/** What the ceremonies take as `response`. */
export interface RegistrationResponseJson {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports: readonly string[];
  };
  readonly clientExtensionResults: object;
}

export interface AuthenticationResponseJson {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string;
  };
  readonly clientExtensionResults: object;
}

/** How an answer differs from an honest one. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  /** Default true. */
  readonly userPresent?: boolean;
  /** Default true. */
  readonly userVerified?: boolean;
  readonly counter?: number;
  readonly backedUp?: boolean;
  /** The attestation, in place of `none` without a statement. */
  readonly attestation?: { readonly format: string; readonly statement: Cbor };
  /** `null`: none is sent. */
  readonly userHandle?: string | null;
}

export interface SoftwareAuthenticatorOptions {
  /** The page's origin. */
  readonly origin: string;
  /** Default ES256. */
  readonly algorithm?: Algorithm;
  /** `false`: its counter stays 0, as of passkeys that are synchronised. Default true. */
  readonly counts?: boolean;
}

interface Credential {
  readonly id: Buffer;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
}

const COSE = { ES256: -7, EdDSA: -8, RS256: -257 } as const;
const FLAG = { present: 1, verified: 4, eligible: 8, backedUp: 16, attested: 64 } as const;

export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #algorithm: Algorithm;
  readonly #counts: boolean;
  #credentials: readonly Credential[] = [];
  #counter = 0;

  constructor({ origin, algorithm = 'ES256', counts = true }: SoftwareAuthenticatorOptions) {
    this.#origin = origin;
    this.#algorithm = algorithm;
    this.#counts = counts;
  }

  /** A second one with the same keys and counter: a clone. */
  clone(): SoftwareAuthenticator {
    const copy = new SoftwareAuthenticator({
      origin: this.#origin,
      algorithm: this.#algorithm,
      counts: this.#counts,
    });
    copy.#credentials = this.#credentials;
    copy.#counter = this.#counter;
    return copy;
  }

  /**
   * Makes a credential.
   * @throws when it has one of those that are excluded, as an authenticator does
   */
  create(options: PasskeyCreationOptions, deviation: Deviation = {}): RegistrationResponseJson {
    const ids = this.#credentials.map(({ id }) => id.toString('base64url'));
    if (options.excludeCredentials.some(({ id }) => ids.includes(id)))
      throw new Error('InvalidStateError: there is a passkey already');
    const { publicKey, privateKey } = generateKeys(this.#algorithm);
    const id = randomBytes(32);
    const credential = { id, userHandle: options.user.id, privateKey };
    this.#credentials = [...this.#credentials, credential];
    const idLength = Buffer.alloc(2);
    idLength.writeUInt16BE(id.length);
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp.id, deviation, FLAG.attested),
      Buffer.alloc(16), // the AAGUID, which is zero without attestation
      idLength,
      id,
      encodeCbor(coseKey(this.#algorithm, publicKey)),
    ]);
    const { format, statement } = deviation.attestation ?? { format: 'none', statement: new Map() };
    const attestation = new Map<string, Cbor>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', authData],
    ]);
    return {
      ...identify(credential),
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, deviation),
        attestationObject: encodeCbor(attestation).toString('base64url'),
        transports: ['internal', 'hybrid'],
      },
    };
  }

  /** Signs with the first credential that is allowed, or the first of all. */
  get(options: PasskeyRequestOptions, deviation: Deviation = {}): AuthenticationResponseJson {
    const allowed = options.allowCredentials.map(({ id }) => id);
    const credential = this.#credentials.find(
      ({ id }) => allowed.length === 0 || allowed.includes(id.toString('base64url')),
    );
    if (credential === undefined) throw new Error('NotAllowedError: no such passkey here');
    if (this.#counts) this.#counter += 1;
    const authData = this.#authenticatorData(options.rpId, deviation, 0);
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, deviation);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const digest = this.#algorithm === 'EdDSA' ? null : 'sha256';
    const { userHandle = credential.userHandle } = deviation;
    return {
      ...identify(credential),
      response: {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: sign(digest, signed, credential.privateKey).toString('base64url'),
        ...(userHandle === null ? {} : { userHandle }),
      },
    };
  }

  #authenticatorData(rpId: string, deviation: Deviation, flags: number): Buffer {
    const { userPresent = true, userVerified = true, backedUp = false } = deviation;
    const rest = Buffer.alloc(5);
    rest.writeUInt8(
      flags |
        (userPresent ? FLAG.present : 0) |
        (userVerified ? FLAG.verified : 0) |
        (backedUp ? FLAG.eligible | FLAG.backedUp : 0),
    );
    rest.writeUInt32BE(deviation.counter ?? this.#counter, 1);
    return Buffer.concat([sha256(Buffer.from(deviation.rpId ?? rpId)), rest]);
  }

  #clientData(type: string, challenge: string, deviation: Deviation): string {
    const data = {
      type: deviation.type ?? type,
      challenge: deviation.challenge ?? challenge,
      origin: deviation.origin ?? this.#origin,
      crossOrigin: deviation.crossOrigin ?? false,
      ...(deviation.topOrigin === undefined ? {} : { topOrigin: deviation.topOrigin }),
    };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }
}

function identify({ id }: Credential): {
  id: string;
  rawId: string;
  type: string;
  clientExtensionResults: object;
} {
  const text = id.toString('base64url');
  return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {} };
}

function generateKeys(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** RFC 9052 §7, RFC 8230: key type, algorithm, then curve and coordinates or modulus and exponent. */
function coseKey(algorithm: Algorithm, publicKey: KeyObject): Cbor {
  const { x = '', y = '', n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
  const parameters: Readonly<Record<Algorithm, readonly [number, Cbor][]>> = {
    ES256: [
      [1, 2],
      [3, COSE.ES256],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ],
    EdDSA: [
      [1, 1],
      [3, COSE.EdDSA],
      [-1, 6],
      [-2, bytes(x)],
    ],
    RS256: [
      [1, 3],
      [3, COSE.RS256],
      [-1, bytes(n)],
      [-2, bytes(e)],
    ],
  };
  return new Map<number, Cbor>(parameters[algorithm]);
}

export type Cbor = number | string | Uint8Array | ReadonlyMap<string | number, Cbor>;

/** The little of CBOR (RFC 8949) that this takes: whole numbers, text, bytes and maps. */
export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, entry]) => [encodeCbor(key), encodeCbor(entry)]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 255]);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
