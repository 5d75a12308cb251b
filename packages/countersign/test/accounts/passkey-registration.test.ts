import { describe, expect, it } from 'vitest';

import { MAX_PASSKEYS } from '../../src/accounts/passkey-record.js';
import {
  begin,
  ceremonies,
  createAuthenticator,
  enrol,
  NOW,
  register,
  USER_ID,
} from './passkey-fixture.js';
import type { Deviation } from './software-authenticator.js';

describe('the options for a new passkey', () => {
  it('ask for a discoverable one of the user, without attestation', () => {
    const { options, expectation } = begin();
    expect(options).toEqual({
      rp: { id: 'example.org', name: 'Example Shop' },
      user: {
        id: Buffer.from(USER_ID).toString('base64url'),
        name: 'ada',
        displayName: 'Ada King',
      },
      challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'preferred',
      },
      attestation: 'none',
    });
    expect(JSON.parse(expectation)).toMatchObject({ challenge: options.challenge });
  });

  it('have a challenge of 256 bits that never comes twice (ASVS 6.7.2)', () => {
    const challenges = Array.from({ length: 100 }, () => begin().options.challenge);
    expect(new Set(challenges).size).toBe(100);
    for (const challenge of challenges)
      expect(Buffer.from(challenge, 'base64url')).toHaveLength(32);
  });

  it('exclude the authenticators that have one already', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const { options } = begin([passkey]);
    expect(options.excludeCredentials).toEqual([
      { type: 'public-key', id: passkey.id, transports: ['hybrid', 'internal'] },
    ]);
    expect(() => authenticator.create(options)).toThrow('InvalidStateError');
  });

  it('are not given to an account with twenty', async () => {
    const passkey = await enrol(createAuthenticator());
    const existing = Array.from({ length: MAX_PASSKEYS }, (_, at) => ({
      ...passkey,
      id: `id${at}`,
    }));
    const user = { userId: USER_ID, userName: 'ada', displayName: '' };
    expect(ceremonies.beginRegistration({ ...user, existing })).toEqual({
      ok: false,
      reason: 'too-many',
    });
    expect(ceremonies.beginRegistration({ ...user, existing: existing.slice(1) }).ok).toBe(true);
  });

  it('are not made for a user id that is no user handle', () => {
    for (const userId of ['', 'x'.repeat(65), 'é'.repeat(33)]) {
      const user = { userId, userName: 'ada', displayName: '', existing: [] };
      expect(() => ceremonies.beginRegistration(user)).toThrow(RangeError);
    }
  });
});

describe('a new passkey', () => {
  it('is a record of what the authenticator made', async () => {
    const registered = await register(createAuthenticator());
    expect(registered).toEqual({
      ok: true,
      userId: USER_ID,
      userVerified: true,
      passkey: {
        id: expect.stringMatching(/^[\w-]{43}$/) as string,
        publicKey: expect.stringMatching(/^[\w-]{100,}$/) as string,
        counter: 0,
        transports: ['hybrid', 'internal'],
        name: 'Laptop',
        addedAt: NOW,
        lastUsedAt: null,
        backedUp: false,
        counterWentBackAt: null,
      },
    });
  });

  it('may be made without verification of the person, and says so', async () => {
    expect(await register(createAuthenticator(), { userVerified: false })).toMatchObject({
      ok: true,
      userVerified: false,
    });
  });

  it('says whether its provider keeps a copy', async () => {
    expect((await enrol(createAuthenticator(), { backedUp: true })).backedUp).toBe(true);
  });

  it('has only transports that are known', async () => {
    const { options, expectation } = begin();
    const { response, ...rest } = createAuthenticator().create(options);
    for (const transports of [['usb', 'x'.repeat(1000), 7, 'usb'], 'usb', null]) {
      const sent = { ...rest, response: { ...response, transports } };
      const finished = await ceremonies.finishRegistration({
        expectation,
        response: sent,
        name: 'Key',
        now: NOW,
      });
      const known = Array.isArray(transports) ? ['usb'] : [];
      expect(finished).toMatchObject({ ok: true, passkey: { transports: known } });
    }
  });

  it('is taken whatever attestation comes with it, which is not read', async () => {
    const attestation = {
      format: 'packed',
      statement: new Map<string, string | number>([
        ['alg', -7],
        ['x5c', 'no certificate at all'],
      ]),
    };
    expect(await register(createAuthenticator(), { attestation })).toMatchObject({ ok: true });
  });

  it.each<[string, Deviation, string]>([
    ['another origin', { origin: 'https://evil.example' }, 'other-origin'],
    ['a subdomain that is not listed', { origin: 'https://x.example.org' }, 'other-origin'],
    ['another scheme', { origin: 'http://login.example.org' }, 'other-origin'],
    ['another relying party', { rpId: 'evil.example' }, 'other-relying-party'],
    ['another challenge', { challenge: 'A'.repeat(43) }, 'other-challenge'],
    ['another ceremony', { type: 'webauthn.get' }, 'other-ceremony'],
    ["another site's frame", { crossOrigin: true }, 'framed'],
    ['a page on top of it', { topOrigin: 'https://evil.example' }, 'framed'],
    ['nobody there', { userPresent: false }, 'not-verified'],
  ])('is refused with %s', async (_, deviation, fault) => {
    expect(await register(createAuthenticator(), deviation)).toEqual({
      ok: false,
      reason: 'refused',
      fault,
    });
  });

  it('is refused for the ceremony of somebody else, and for one of signing in', async () => {
    const response = createAuthenticator().create(begin().options);
    const input = { response, name: 'Laptop', now: NOW };
    const other = begin().expectation;
    expect(await ceremonies.finishRegistration({ ...input, expectation: other })).toMatchObject({
      fault: 'other-challenge',
    });
    const { expectation } = ceremonies.beginAuthentication({ userVerification: 'required' });
    expect(await ceremonies.finishRegistration({ ...input, expectation })).toMatchObject({
      fault: 'other-ceremony',
    });
  });

  it('is refused under another id than that of its authenticator', async () => {
    const { options, expectation } = begin();
    const response = createAuthenticator().create(options);
    const id = 'A'.repeat(43);
    const finished = await ceremonies.finishRegistration({
      expectation,
      response: { ...response, id, rawId: id },
      name: 'Laptop',
      now: NOW,
    });
    expect(finished).toMatchObject({ ok: false, fault: 'other-passkey' });
  });

  it.each(['', '   ', 'a\u0000b', 'x'.repeat(61), '\u202eturned', 'x'.repeat(1_000_000)])(
    'has a name that can be shown (case %#)',
    async (name) => {
      const { options, expectation } = begin();
      const response = createAuthenticator().create(options);
      expect(
        await ceremonies.finishRegistration({ expectation, response, name, now: NOW }),
      ).toMatchObject({ ok: false, reason: 'name-invalid' });
    },
  );
});
