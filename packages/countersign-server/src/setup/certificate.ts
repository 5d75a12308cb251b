// A TLS certificate that this server signs for itself, for browsers that take `Secure` cookies over
// HTTPS only. Browsers warn about it, rightly: it is for trying out, not for other people.

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';

import { readPrivateFile, writePrivateFile } from './private-file.js';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** SHA-256, as a browser shows it. */
  readonly fingerprint: string;
  /** Whether this start made it. */
  readonly created: boolean;
}

export interface CertificateOptions {
  /** The data folder. */
  readonly folder: string;
  /** Names and addresses that browsers will ask for; those of this machine are always in it. */
  readonly hosts: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

const NAME = 'tls-self-signed.pem';
const DAY = 86_400_000;
const LIFETIME = 365 * DAY;
/** Made anew when less than this is left. */
const LEAST_LEFT = 30 * DAY;
/** For clocks that are late. */
const HEAD_START = DAY;
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * The certificate in the data folder, or a new one where there is none, it runs out soon, or it is
 * for other hosts. P-256 with ECDSA and SHA-256; key and certificate are in one private file.
 * @throws Mistake when the file can be read by others or not be written
 */
export async function openCertificate(options: CertificateOptions): Promise<Certificate> {
  const path = join(options.folder, NAME);
  const hosts = [...new Set([...LOCAL_HOSTS, ...options.hosts])];
  const kept = readPrivateFile(path);
  if (kept !== undefined) {
    const pair = splitPair(kept);
    if (pair !== undefined && isUsable(pair.x509, hosts, options.now))
      return { ...pem(pair), created: false };
  }
  const made = await makePair(hosts, options.now);
  writePrivateFile(path, made, { existing: 'replace' });
  const pair = splitPair(made);
  if (pair === undefined) throw new Error('A certificate was made that cannot be read');
  return { ...pem(pair), created: true };
}

interface Pair {
  readonly x509: X509Certificate;
  readonly cert: string;
  readonly key: string;
}

function pem({ x509, cert, key }: Pair): Omit<Certificate, 'created'> {
  return { cert, key, fingerprint: x509.fingerprint256 };
}

function splitPair(text: string): Pair | undefined {
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0];
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text)?.[0];
  if (cert === undefined || key === undefined) return undefined;
  try {
    return { x509: new X509Certificate(cert), cert, key };
  } catch {
    return undefined;
  }
}

function isUsable(x509: X509Certificate, hosts: readonly string[], now: number): boolean {
  const isDue = Date.parse(x509.validTo) - now < LEAST_LEFT || Date.parse(x509.validFrom) > now;
  return !isDue && hosts.every((host) => covers(x509, host));
}

function covers(x509: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? x509.checkHost(host) : x509.checkIP(host)) !== undefined;
}

async function makePair(hosts: readonly string[], now: number): Promise<string> {
  // Loaded here, as few starts need it.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'Countersign, self-signed' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - HEAD_START),
    notAfterDate: new Date(now + LIFETIME),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) =>
          isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host },
        ),
      },
    ],
  });
  return `${made.private.trim()}\n${made.cert.trim()}\n`;
}
