import { describe, expect, it } from 'vitest';

import { entryOf } from '../../src/web/activity.js';
import { provedInWords } from '../../src/web/proved-in-words.js';
import { addAuthenticatorApp } from './authenticator-app.js';
import { NAME, openTestDoor, OTHER_PASSWORD, PASSWORD, signIn, signUp } from './door.js';
import { FIREFOX, Visitor } from './visitor.js';

describe('the activity page (G51)', () => {
  it('tells what happened, where and how, the newest first', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    await visitor.post('/password', {
      current: PASSWORD,
      password: OTHER_PASSWORD,
      repeated: OTHER_PASSWORD,
    });
    door.clock.advance(1);
    await signIn(door, { password: OTHER_PASSWORD, userAgent: FIREFOX });
    await door.flows.settled();
    const { text } = await visitor.get('/activity');
    const entries = text.split('<li class="happening').slice(1);
    expect(entries[0]).toContain('Signed in with your password');
    expect(entries[0]).toContain('Firefox on Windows');
    expect(entries[0]).toContain('192.0.2.1');
    expect(text).toContain('Password changed');
    expect(text).toContain('Account created');
  });

  it('shows refused codes, and never a wrong password (G48)', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    await addAuthenticatorApp(door);
    const thief = new Visitor(door.app, { userAgent: FIREFOX });
    await thief.post('/sign-in', { name: NAME, password: 'a wrong one' });
    await thief.post('/sign-in', { name: NAME, password: PASSWORD });
    await thief.post('/sign-in/second', { proof: 'totp', code: '000000' });
    await door.flows.settled();
    const { text } = await visitor.get('/activity');
    const refused = text.split('<li class="happening ').slice(1);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain('Wrong code from an authenticator app');
    expect(refused[0]).toContain('Refused');
  });

  it('names the address that was changed, and runs nothing that is in it', async () => {
    const door = await openTestDoor();
    const visitor = await signUp(door);
    const address = "o'b<i>l&i@example.org";
    const added = await visitor.post('/profile/addresses/add', { address: 'lovelace@example.org' });
    expect(added.location).toBe('/profile');
    await door.flows.settled();
    expect((await visitor.get('/activity')).text).toContain(
      '<span>Address added: <bdi>lovelace@example.org</bdi></span>',
    );
    const userId = (await door.accounts.findUserId(NAME)) ?? '';
    const nobody = { reason: null, authenticator: null, address: null, userAgent: null };
    const entry = { ...nobody, action: 'remove-address', outcome: 'success', factors: [] };
    await door.database.accounts.addActivity(
      userId,
      { at: door.clock.now() + 1, entry: JSON.stringify({ ...entry, emailAddress: address }) },
      { keep: 100 },
    );
    const { text } = await visitor.get('/activity');
    expect(text).toContain('Address removed: <bdi>o&#39;b&lt;i&gt;l&amp;i@example.org</bdi>');
    expect(JSON.stringify(door.entries)).not.toContain('lovelace');
  });

  it('has words for what a later version may write down', () => {
    const activity = {
      at: 1,
      action: 'sign-in',
      outcome: 'success',
      reason: null,
      authenticator: null,
      factors: ['password', 'totp', 'toString', 'totp'],
      address: null,
      userAgent: null,
      emailAddress: null,
    } as const;
    expect(entryOf(activity)).toEqual({
      at: 1,
      words: 'Signed in with your password and a code from your app',
      about: null,
      outcome: 'done',
      address: null,
      userAgent: null,
    });
    expect(entryOf({ ...activity, action: 'send-mail' }).words).toBe('Something was changed');
    expect(entryOf({ ...activity, action: 'send-mail', outcome: 'refused' }).words).toBe(
      'Something was tried',
    );
    expect(provedInWords([])).toBe('');
    expect(provedInWords(['a', 'passkey'])).toBe('with your passkey');
  });
});
