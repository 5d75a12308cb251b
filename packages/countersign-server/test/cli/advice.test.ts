import { describe, expect, it } from 'vitest';

import { adviseOn } from '../../src/cli/advice.js';
import { parseServeOptions } from '../../src/cli/serve-options.js';

const PLAIN = /Over plain HTTP browsers keep the session cookie on localhost only/;
const PROXY = /Name it by --trust-proxy/;

function notesOn(...args: string[]): string {
  return adviseOn(parseServeOptions(args, '/')).join('\n');
}

describe('advice at start', () => {
  it.each([
    ['the defaults', []],
    ['another loopback address', ['--host', '::1']],
    ['everyone, with a certificate', ['--host', '0.0.0.0', '--tls-self-signed']],
    ['a proxy that is named', ['--origin', 'https://a.example', '--trust-proxy', '1']],
  ])('is not needed for %s', (_name, args) => {
    expect(notesOn(...args)).toBe('');
  });

  it.each([
    ['everyone over plain HTTP', ['--host', '0.0.0.0']],
    ['a plain origin of another machine', ['--origin', 'http://box.lan:4180']],
  ])('warns that cookies are dropped for %s', (_name, args) => {
    expect(notesOn(...args)).toMatch(PLAIN);
  });

  it('asks for the name of a proxy that must be there', () => {
    const notes = notesOn('--origin', 'https://id.example.org', '--host', '0.0.0.0');
    expect(notes).toMatch(PROXY);
    expect(notes).not.toMatch(PLAIN);
  });
});
