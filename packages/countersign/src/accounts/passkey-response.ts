// What browsers send back from a passkey ceremony, read from `unknown`: bounded, of the right shape,
// and made anew of the fields that are used, so that nothing else of it goes further. Nothing is proved
// here; WebAuthn Level 3 §5.1.8, §5.8.1, §7.

import { Buffer } from 'node:buffer';

import { decodeBase64url } from '../crypto/base64url.js';

/** What both kinds of response have. */
interface CredentialResponse {
  /** The credential id, base64url. */
  readonly id: string;
  readonly clientDataJson: string;
  readonly clientData: ClientData;
}

export interface RegistrationResponse extends CredentialResponse {
  /** CBOR. */
  readonly attestationObject: Uint8Array;
  readonly transports: readonly string[];
}

export interface AuthenticationResponse extends CredentialResponse {
  readonly authenticatorData: Uint8Array;
  /** The same, base64url. */
  readonly authenticatorDataText: string;
  /** Base64url. */
  readonly signature: string;
  /** The user handle as text; `null` when the authenticator keeps none. */
  readonly userHandle: string | null;
}

export interface ClientData {
  readonly type: unknown;
  readonly challenge: unknown;
  readonly origin: unknown;
  /** Whether the page was in a frame of another site. */
  readonly isFramed: boolean;
}

/** 1,023 bytes is the longest credential id (§5.1.3). */
const ID_LENGTH = 1364;
const CLIENT_DATA_LENGTH = 8192;
const ATTESTATION_LENGTH = 65_536;
const AUTHENTICATOR_DATA_LENGTH = 8192;
const SIGNATURE_LENGTH = 2048;
/** 64 bytes (§5.4.3). */
const USER_HANDLE_LENGTH = 86;

/** §5.8.4. */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];

/** `undefined` for anything but the JSON form of a registration. */
export function readRegistrationResponse(value: unknown): RegistrationResponse | undefined {
  const read = readCredential(value);
  if (read === undefined) return undefined;
  const { fields, ...credential } = read;
  const attestation = readBase64url(fields['attestationObject'], ATTESTATION_LENGTH);
  if (attestation === undefined) return undefined;
  const given = fields['transports'];
  const transports = Array.isArray(given)
    ? TRANSPORTS.filter((transport) => given.includes(transport))
    : [];
  return { ...credential, attestationObject: attestation, transports };
}

/** `undefined` for anything but the JSON form of an authentication. */
export function readAuthenticationResponse(value: unknown): AuthenticationResponse | undefined {
  const read = readCredential(value);
  if (read === undefined) return undefined;
  const { fields, ...credential } = read;
  const { authenticatorData: text, signature } = fields;
  const authenticatorData = readBase64url(text, AUTHENTICATOR_DATA_LENGTH);
  const userHandle = readUserHandle(fields['userHandle']);
  if (authenticatorData === undefined || userHandle === undefined) return undefined;
  if (typeof text !== 'string' || typeof signature !== 'string') return undefined;
  if (readBase64url(signature, SIGNATURE_LENGTH) === undefined) return undefined;
  return { ...credential, authenticatorData, authenticatorDataText: text, signature, userHandle };
}

type Fields = Readonly<Record<string, unknown>>;

function readCredential(value: unknown): (CredentialResponse & { fields: Fields }) | undefined {
  if (!isFields(value)) return undefined;
  const { id, rawId, type, response } = value;
  if (typeof id !== 'string' || id !== rawId || type !== 'public-key') return undefined;
  if (readBase64url(id, ID_LENGTH) === undefined || !isFields(response)) return undefined;
  const clientDataJson = response['clientDataJSON'];
  if (typeof clientDataJson !== 'string') return undefined;
  const clientData = readClientData(readBase64url(clientDataJson, CLIENT_DATA_LENGTH));
  if (clientData === undefined) return undefined;
  return { id, clientDataJson, clientData, fields: response };
}

function readClientData(bytes: Uint8Array | undefined): ClientData | undefined {
  if (bytes === undefined) return undefined;
  const data = parseJson(Buffer.from(bytes).toString());
  if (!isFields(data)) return undefined;
  const { type, challenge, origin, crossOrigin, topOrigin } = data;
  const isFramed = (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined;
  return { type, challenge, origin, isFramed };
}

/** Text, or `null` where there is none; `undefined` for what cannot be a user handle. */
function readUserHandle(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  const bytes = readBase64url(value, USER_HANDLE_LENGTH);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

/** `undefined` for anything but canonical base64url of 1 to `longest` characters. */
function readBase64url(value: unknown, longest: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value === '' || value.length > longest) return undefined;
  return decodeBase64url(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
