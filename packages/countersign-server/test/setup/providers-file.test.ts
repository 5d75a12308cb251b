import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { Mistake } from '../../src/mistake.js';
import { openProviders, readProvidersFile } from '../../src/setup/providers-file.js';
import { makeFolder } from './folder.js';

const SECRET = 'hunter2hunter2';
const ENTRY = {
  name: 'example-id',
  label: 'Example ID',
  issuer: 'https://id.example.com',
  clientId: 'shop',
};
const PLACE = { origin: 'https://shop.example', clock: createFakeClock() };

function fileWith(content: unknown, mode = 0o600): string {
  const path = join(makeFolder(), 'providers.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}

function open(content: unknown, mode?: number): ReturnType<typeof openProviders> {
  return openProviders(readProvidersFile(fileWith(content, mode)), PLACE);
}

function mistakeOf(action: () => unknown): Mistake {
  try {
    action();
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
  throw new Error('It was taken');
}

describe('the file of providers', () => {
  it('lists who may be signed in at, and what each is trusted with', async () => {
    const [first, second] = open([
      { ...ENTRY, clientSecret: SECRET },
      {
        ...ENTRY,
        name: 'local',
        issuer: 'http://localhost:9000',
        createsAccounts: true,
        trustsTwoFactors: { amr: ['mfa'] },
      },
    ]);
    expect(first).toMatchObject({
      provider: { name: 'example-id', label: 'Example ID', issuer: ENTRY.issuer },
      createsAccounts: false,
      trustsTwoFactors: { acr: [], amr: [] },
    });
    expect(second).toMatchObject({
      provider: { name: 'local' },
      createsAccounts: true,
      trustsTwoFactors: { acr: [], amr: ['mfa'] },
    });
    // Nothing listens there, and nobody was asked before.
    expect(await second?.provider.begin()).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  it('may be read by others only while there is no secret in it', () => {
    expect(open([ENTRY], 0o644)).toHaveLength(1);
    const mistake = mistakeOf(() => open([{ ...ENTRY, clientSecret: SECRET }], 0o644));
    expect(mistake.message).toMatch(/can be read or changed by other users.*chmod 600/s);
  });

  it.each([
    ['nonsense', `{ "secret": "${SECRET}" `, /is no list of providers in JSON/],
    ['an object', { ...ENTRY, clientSecret: SECRET }, /is no list of providers in JSON/],
    ['a text in it', [ENTRY, SECRET], /^Entry 2 of .* it is no object/],
    [
      'a field that nobody reads',
      [{ ...ENTRY, [SECRET]: 1 }],
      /^Entry 1 \(example-id\) of .*a field that is not known here.*\nThe fields are name, /,
    ],
    ['no name', [{ ...ENTRY, name: undefined }], /^Entry 1 of .* its name is no text/],
    [
      'a name for nobody',
      [{ ...ENTRY, name: 'Example ID' }],
      /^Entry 1 of .*: name: is not a word/,
    ],
    ['no label', [{ ...ENTRY, label: ' ' }], /^Entry 1 \(example-id\) .*: label: /],
    ['a number', [{ ...ENTRY, clientId: 7 }], /its clientId is no text/],
    ['an empty secret', [{ ...ENTRY, clientSecret: '' }], /: clientSecret: is not a secret/],
    ['an issuer that is none', [{ ...ENTRY, issuer: SECRET }], /: issuer: is not an URL/],
    [
      'an issuer over plain HTTP elsewhere',
      [{ ...ENTRY, issuer: 'http://id.example.com' }],
      /its issuer is over plain HTTP.\nGive its https/,
    ],
    ['a word', [{ ...ENTRY, createsAccounts: 'yes' }], /its createsAccounts is neither true nor/],
    ['trust in anything', [{ ...ENTRY, trustsTwoFactors: true }], /its trustsTwoFactors is some/],
    ['trust in nothing', [{ ...ENTRY, trustsTwoFactors: { amr: [''] } }], /its trustsTwoFactors/],
    [
      'the same twice',
      [ENTRY, { ...ENTRY, issuer: 'https://b.example' }],
      /^Entry 2 .* its name is/,
    ],
    ['one issuer twice', [ENTRY, { ...ENTRY, name: 'b' }], /^Entry 2 \(b\) .* its issuer is that/],
  ])('is refused with %s, by the entry and without what is written there', (_, content, words) => {
    const mistake = mistakeOf(() => open(content));
    expect(mistake.exitCode).toBe(1);
    expect(mistake.message).toMatch(words);
    expect(mistake.message).not.toContain(SECRET);
  });

  it('is refused when it is not there, by its path', () => {
    const path = join(makeFolder(), 'none.json');
    expect(mistakeOf(() => readProvidersFile(path)).message).toMatch(
      /providers file .*none\.json cannot be read: .*\nPut the path in --providers right/,
    );
  });
});
