import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openCertificate } from '../../src/setup/certificate.js';
import { makeFolder } from './folder.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 2);

describe('a self-signed certificate', () => {
  it('is for this machine and the hosts named, for a year, and not an authority', async () => {
    const folder = makeFolder();
    const made = await openCertificate({
      folder,
      hosts: ['id.example.org', '192.0.2.7'],
      now: NOW,
    });
    const x509 = new X509Certificate(made.cert);
    for (const name of ['localhost', 'id.example.org']) expect(x509.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '::1', '192.0.2.7'])
      expect(x509.checkIP(address)).toBe(address);
    expect(x509.checkHost('else.example.org')).toBeUndefined();
    expect(x509.ca).toBe(false);
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(Date.parse(x509.validTo) - NOW).toBe(365 * DAY);
    expect(made.fingerprint).toBe(x509.fingerprint256);
    expect(made.created).toBe(true);
  });

  it('is kept with its key in a private file, for the next start', async () => {
    const folder = makeFolder();
    const made = await openCertificate({ folder, hosts: [], now: NOW });
    expect(statSync(join(folder, 'tls-self-signed.pem')).mode & 0o777).toBe(0o600);
    const kept = await openCertificate({ folder, hosts: [], now: NOW + 300 * DAY });
    expect(kept).toEqual({ ...made, created: false });
  });

  it.each([
    ['it runs out soon', { hosts: [], now: NOW + 336 * DAY }],
    ['it is for other hosts', { hosts: ['id.example.org'], now: NOW }],
    ['the clock was set back before it', { hosts: [], now: NOW - 2 * DAY }],
  ])('is made anew when %s', async (_name, later) => {
    const folder = makeFolder();
    const made = await openCertificate({ folder, hosts: [], now: NOW });
    const next = await openCertificate({ folder, ...later });
    expect(next.created).toBe(true);
    expect(next.fingerprint).not.toBe(made.fingerprint);
  });

  it('is made anew when its file is broken', async () => {
    const folder = makeFolder();
    const path = join(folder, 'tls-self-signed.pem');
    const pem = '-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n';
    writeFileSync(path, `${pem}${pem.replaceAll('CERTIFICATE', 'PRIVATE KEY')}`, { mode: 0o600 });
    expect((await openCertificate({ folder, hosts: [], now: NOW })).created).toBe(true);
    expect(readFileSync(path, 'utf8')).not.toContain('\nxx\n');
  });
});
