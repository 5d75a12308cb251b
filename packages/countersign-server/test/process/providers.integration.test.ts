// OpenID providers of the running program: what it says of them at start.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { makeFolder } from '../setup/folder.js';
import { runCountersign, startDoorkeeper } from './doorkeeper-process.js';
import { HttpVisitor } from './http-visitor.js';

const ENTRY = {
  name: 'example-id',
  label: 'Example ID',
  issuer: 'https://id.example.com',
  clientId: 'shop',
  clientSecret: 'hunter2hunter2',
};

function fileWith(...entries: readonly object[]): string {
  const path = join(makeFolder(), 'providers.json');
  writeFileSync(path, JSON.stringify(entries), { mode: 0o600 });
  return path;
}

describe('providers', () => {
  it('are told of at start with the URL to register there, and offered at sign-in', async () => {
    const env = { COUNTERSIGN_PROVIDERS: fileWith(ENTRY) };
    const { url, output } = await startDoorkeeper(makeFolder(), [], env);
    expect(output.stdout).toContain(
      `OIDC  Example ID; redirect URI ${url}/sign-in/provider/callback/<name>\n`,
    );
    expect(output.stdout).not.toContain(ENTRY.clientSecret);
    expect((await new HttpVisitor(url).get('/sign-in')).text).toContain('Example ID');
  });

  it('that cannot be used end the start with 1, the entry and the remedy', async () => {
    const file = fileWith(ENTRY, { ...ENTRY, name: 'b', issuer: 'http://b.example' });
    const args = ['serve', '--port', '0', '--data', makeFolder(), '--providers', file];
    const { code, stdout, stderr } = await runCountersign(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `Entry 2 (b) of ${file} cannot be used: its issuer is over plain HTTP.\n` +
        'Give its https:// address. Plain HTTP is for a provider on localhost.\n',
    );
  });
});
