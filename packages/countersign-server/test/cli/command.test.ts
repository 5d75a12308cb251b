import { describe, expect, it } from 'vitest';

import { parseCommand } from '../../src/cli/command.js';
import { HELP } from '../../src/cli/help.js';
import { SERVE_FLAGS, type ServeOptions } from '../../src/cli/serve-options.js';
import { Mistake } from '../../src/mistake.js';

const HERE = { folder: '/srv', env: {} };

function serveOptions(...args: string[]): ServeOptions {
  const command = parseCommand(['serve', ...args], HERE);
  if (command.kind !== 'serve') throw new Error(`This is ${command.kind}`);
  return command.options;
}

function mistakeOf(...args: string[]): Mistake {
  try {
    parseCommand(args, HERE);
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('countersign serve', () => {
  it('listens on 127.0.0.1:4180 and keeps its data in ./data, unless told otherwise', () => {
    expect(serveOptions()).toEqual({
      port: 4180,
      host: '127.0.0.1',
      dataFolder: '/srv/data',
      tls: 'none',
      origins: [],
      trustProxy: false,
      serviceName: 'Countersign',
      mail: { from: 'Countersign <no-reply@countersign.invalid>' },
      hasSignInLinks: true,
      hasBreachCheck: false,
      stores: { maxStaleness: 2_000, patience: 30_000 },
    });
  });

  it('takes every option', () => {
    const given = [
      '--port=80',
      '--host',
      '[::1]',
      '--data',
      '/var/lib/c',
      '--tls-self-signed',
      '--origin',
      'https://id.example.org',
      '--origin=https://b.example:8443/',
      '--trust-proxy',
      '10.0.0.0/8, loopback',
      '--no-sign-in-links',
      '--breach-check',
    ];
    const options = serveOptions(...given);
    expect(options).toEqual({
      port: 80,
      host: '::1',
      dataFolder: '/var/lib/c',
      tls: 'self-signed',
      origins: ['https://id.example.org', 'https://b.example:8443'],
      trustProxy: ['10.0.0.0/8', 'loopback'],
      serviceName: 'Countersign',
      mail: { from: 'Countersign <no-reply@countersign.invalid>' },
      hasSignInLinks: false,
      hasBreachCheck: true,
      stores: { maxStaleness: 2_000, patience: 30_000 },
    });
  });

  it.each([
    ['0', false],
    ['1', 1],
    ['32', 32],
    ['loopback', ['loopback']],
    ['2001:db8::/32,192.0.2.7', ['2001:db8::/32', '192.0.2.7']],
  ])('takes --trust-proxy %s', (text, trustProxy) => {
    expect(serveOptions('--trust-proxy', text).trustProxy).toEqual(trustProxy);
  });

  it.each([
    ['--port', 'http'],
    ['--port', '65536'],
    ['--port', '80.5'],
    ['--port', '1e3'],
    ['--port', ''],
    ['--host', 'http://localhost'],
    ['--host', 'localhost:80'],
    ['--host', ''],
    ['--data', ' '],
    ['--origin', 'id.example.org'],
    ['--origin', 'https://id.example.org/sign-in'],
    ['--origin', 'https://user@id.example.org'],
    ['--origin', 'ftp://id.example.org'],
    ['--origin', 'null'],
    ['--name', ' '],
    ['--name', 'a <b>'],
    ['--name', 'x'.repeat(61)],
    ['--mail-from', 'nobody'],
    ['--mail-from', 'a@b.example, c@d.example'],
    ['--providers', ''],
    ['--trust-proxy', '33'],
    ['--trust-proxy', 'everybody'],
    ['--trust-proxy', '10.0.0.0/33'],
    ['--trust-proxy', '10.0.0.0/8,'],
  ])('refuses %s %j with the remedy, and 2', (flag, value) => {
    const mistake = mistakeOf('serve', `${flag}=${value}`);
    expect(mistake.exitCode).toBe(2);
    expect(mistake.message).toContain(`${flag} ${JSON.stringify(value)} cannot be used.`);
    expect(mistake.message).toContain(`such as ${flag} `);
  });

  it.each([['http://box.lan:4180'], ['http://192.0.2.7']])(
    'refuses %s as the first origin, as mails lead there',
    (origin) => {
      const { exitCode, message } = mistakeOf('serve', '--origin', origin);
      expect(exitCode).toBe(2);
      expect(message).toContain(`--origin "${origin}" cannot be the first one`);
      expect(message).toContain('such as --origin https://id.example.org');
      const second = serveOptions('--origin', 'http://127.0.0.1:80', '--origin', origin);
      expect(second.origins).toEqual(['http://127.0.0.1', origin]);
    },
  );

  it('names an option that it does not have, and the one that was meant', () => {
    const mistake = mistakeOf('serve', '--prot', '80');
    expect(mistake.message).toContain('There is no option --prot. Did you mean --port?');
    expect(mistakeOf('serve', '--tls').message).toContain('Did you mean --tls-self-signed?');
    expect(mistakeOf('serve', '-x').message).toContain('There is no option -x.');
    expect(mistake.exitCode).toBe(2);
  });

  it('refuses a second argument, and an option without its value', () => {
    expect(mistakeOf('serve', 'now').exitCode).toBe(2);
    expect(mistakeOf('serve', '--port').exitCode).toBe(2);
    expect(mistakeOf('serve', '--tls-self-signed=yes').exitCode).toBe(2);
  });
});

describe('countersign', () => {
  it('helps wherever it is asked to', () => {
    for (const args of [
      ['--help'],
      ['-h'],
      ['help'],
      ['serve', '--help'],
      ['serve', '--port', '-h'],
    ])
      expect(parseCommand(args, HERE).kind).toBe('help');
  });

  it('tells its version', () => {
    for (const args of [['--version'], ['-v'], ['serve', '-v']])
      expect(parseCommand(args, HERE).kind).toBe('version');
  });

  it('says what to write when nothing or something unknown was asked for', () => {
    expect(mistakeOf().message).toContain('countersign serve');
    expect(mistakeOf('server').message).toContain('There is no command "server".');
    expect(mistakeOf('server').exitCode).toBe(2);
  });

  it('has help for every option and its default', () => {
    for (const [name, flag] of Object.entries(SERVE_FLAGS)) {
      expect(HELP).toContain(`--${name}`);
      const standard = 'default' in flag ? flag.default : undefined;
      if (typeof standard === 'string') expect(HELP).toContain(`[${standard}]`);
    }
  });
});
