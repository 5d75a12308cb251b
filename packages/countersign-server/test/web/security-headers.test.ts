import { describe, expect, it } from 'vitest';

import {
  chooseHsts,
  contentSecurityPolicy,
  securityHeaders,
} from '../../src/web/security-headers.js';

describe('security headers (ASVS 3.4)', () => {
  it('allow no script, no frame, and no style but our file', () => {
    const policy = securityHeaders({ hsts: 'none' })['Content-Security-Policy'] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      'report-to csp',
      'report-uri /reports',
    ]);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  });

  it('let a page run our files, and talk to this server alone, if it asks for it', () => {
    const none = contentSecurityPolicy('none').split('; ');
    const own = contentSecurityPolicy('own').split('; ');
    expect(own.filter((directive) => !none.includes(directive))).toEqual([
      "script-src 'self'",
      "connect-src 'self'",
    ]);
    expect(none.filter((directive) => !own.includes(directive))).toEqual([]);
  });

  it('name a place of this server for reports, for browsers of either kind (3.4.7)', () => {
    const { 'Reporting-Endpoints': endpoints } = securityHeaders({ hsts: 'none' });
    expect(endpoints).toBe('csp="/reports"');
    for (const scripts of ['none', 'own'] as const)
      expect(contentSecurityPolicy(scripts)).toMatch(/; report-to csp; report-uri \/reports$/);
  });

  it('keep the Origin of our own forms (csrf.md K8)', () => {
    expect(securityHeaders({ hsts: 'none' })['Referrer-Policy']).toBe('same-origin');
  });

  it('ask for HTTPS alone only where the operator has named nothing else (3.4.1)', () => {
    expect(securityHeaders({ hsts: 'none' })).not.toHaveProperty('Strict-Transport-Security');
    expect(securityHeaders({ hsts: 'send' })['Strict-Transport-Security']).toBe(
      'max-age=31536000; includeSubDomains',
    );
    expect(chooseHsts(['https://id.example.org'])).toBe('send');
    expect(chooseHsts(['https://id.example.org', 'http://id.example.org'])).toBe('none');
  });

  it.each([
    ['no origin was named', []],
    ['localhost, whose other programs it would lock out', ['https://localhost:4180']],
    ['a name below localhost', ['https://id.localhost']],
    ['a loopback address', ['https://127.0.0.1:4180']],
    ['the other loopback address', ['https://[::1]:4180']],
    ['one of two being local', ['https://id.example.org', 'https://localhost']],
  ])('say nothing of HTTPS for %s', (_name, origins) => {
    expect(chooseHsts(origins)).toBe('none');
  });
});
