import { describe, expect, it } from 'vitest';

import { chooseStyle, startNotice, type StartFacts } from '../../src/cli/start-notice.js';

const FACTS: StartFacts = {
  version: '1.2.3',
  url: 'http://localhost:4180',
  dataFolder: { path: '/srv/data', created: false },
  keysFile: { path: '/srv/data/keys.json', created: false },
  mail: 'sent by mail.example.org:587',
  providers: { labels: [], callback: 'http://localhost:4180/sign-in/provider/callback/<name>' },
  notes: [],
};

describe('the start notice', () => {
  it('says where it is open and where its data are', () => {
    const text = startNotice(FACTS, { style: 'plain' });
    for (const part of ['1.2.3', FACTS.url, '/srv/data', '/srv/data/keys.json'])
      expect(text).toContain(part);
    expect(text).not.toContain('made now');
    expect(text).not.toContain('TLS');
  });

  it('says what this start has made', () => {
    const created = { ...FACTS, keysFile: { path: '/srv/data/keys.json', created: true } };
    expect(startNotice(created, { style: 'plain' })).toMatch(/keys\.json.*made now, mode 0600/);
  });

  it('says in one line where accounts and sessions are, if not there', () => {
    expect(startNotice(FACTS, { style: 'plain' })).not.toContain('Store');
    const stores = 'accounts in SQLite, sessions in Redis at cache.example:6379';
    expect(startNotice({ ...FACTS, stores }, { style: 'plain' })).toContain(`  Store ${stores}\n`);
  });

  it('says how mail leaves, and where providers send people back to', () => {
    expect(startNotice(FACTS, { style: 'plain' })).toContain(
      '  Mail  sent by mail.example.org:587\n',
    );
    expect(startNotice(FACTS, { style: 'plain' })).not.toContain('redirect URI');
    const providers = { ...FACTS.providers, labels: ['Example ID', 'Other ID'] };
    expect(startNotice({ ...FACTS, providers }, { style: 'plain' })).toContain(
      '  OIDC  Example ID, Other ID; redirect URI http://localhost:4180/sign-in/provider/callback/<name>\n',
    );
  });

  it('shows the fingerprint to compare with the browser, and the notes', () => {
    const text = startNotice(
      { ...FACTS, certificate: { fingerprint: 'AA:BB', created: true }, notes: ['Mind this.'] },
      { style: 'plain' },
    );
    expect(text).toContain('AA:BB');
    expect(text).toContain('! Mind this.');
  });

  it('has colours for terminals only', () => {
    expect(startNotice(FACTS, { style: 'plain' })).not.toContain('\u001b');
    expect(startNotice(FACTS, { style: 'coloured' })).toContain('\u001b[1m');
    expect(chooseStyle({}).style).toBe('plain');
    expect(chooseStyle({ isTTY: false }).style).toBe('plain');
  });
});
