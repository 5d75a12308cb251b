import { describe, expect, it } from 'vitest';

import { deriveOrigins, parseOrigin } from '../../src/cli/origin.js';

describe('origins', () => {
  it('come from host and port, under every name of this machine', () => {
    const at = (host: string, port = 4180) => deriveOrigins({ scheme: 'http', host, port });
    expect(at('127.0.0.1')).toEqual(['http://localhost:4180', 'http://127.0.0.1:4180']);
    expect(at('0.0.0.0')).toEqual(['http://localhost:4180', 'http://127.0.0.1:4180']);
    expect(at('::1').at(-1)).toBe('http://[::1]:4180');
    expect(at('box.local').at(-1)).toBe('http://box.local:4180');
    expect(at('localhost', 80)).toEqual(['http://localhost', 'http://127.0.0.1']);
  });

  it('are https with TLS', () => {
    expect(deriveOrigins({ scheme: 'https', host: '::', port: 443 })).toEqual([
      'https://localhost',
      'https://127.0.0.1',
    ]);
  });

  it('are written as browsers send them, whatever the operator wrote', () => {
    expect(parseOrigin('HTTPS://ID.Example.org:443/')).toBe('https://id.example.org');
    expect(parseOrigin('http://[0:0:0:0:0:0:0:1]:80')).toBe('http://[::1]');
  });
});
