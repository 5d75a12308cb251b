import { describe, expect, it } from 'vitest';

import type { PasskeyRecord } from '../../src/accounts/passkey-record.js';
import type {
  BeginAuthenticationInput,
  FinishAuthenticationResult,
} from '../../src/accounts/passkeys.js';
import { ceremonies, createAuthenticator, enrol, NOW, USER_ID } from './passkey-fixture.js';
import type { Deviation, SoftwareAuthenticator } from './software-authenticator.js';

const LATER = NOW + 60_000;

/** A whole sign-in, in which the authenticator may deviate. */
function signIn(
  authenticator: SoftwareAuthenticator,
  passkey: PasskeyRecord,
  deviation: Deviation = {},
  asked: BeginAuthenticationInput = { userVerification: 'required' },
): Promise<FinishAuthenticationResult> {
  const { options, expectation } = ceremonies.beginAuthentication(asked);
  const response = authenticator.get(options, deviation);
  return ceremonies.finishAuthentication({
    expectation,
    response,
    passkey,
    userId: USER_ID,
    now: LATER,
  });
}

/** Its record, once it succeeded. */
async function signInWell(
  authenticator: SoftwareAuthenticator,
  passkey: PasskeyRecord,
): Promise<PasskeyRecord> {
  const result = await signIn(authenticator, passkey);
  if (!result.ok) throw new Error(result.reason);
  return result.passkey;
}

describe('the options for signing in', () => {
  it('let any passkey of the site answer, or only those that are named', async () => {
    const passkey = await enrol(createAuthenticator());
    const anyone = ceremonies.beginAuthentication({ userVerification: 'required' });
    expect(anyone.options).toEqual({
      challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      timeout: 300_000,
      rpId: 'example.org',
      allowCredentials: [],
      userVerification: 'required',
    });
    const asked = { allow: [passkey], userVerification: 'preferred' } as const;
    expect(ceremonies.beginAuthentication(asked).options).toMatchObject({
      allowCredentials: [{ type: 'public-key', id: passkey.id }],
      userVerification: 'preferred',
    });
  });

  it('have an expectation that a one-time record holds, for twenty of the longest ids', async () => {
    const passkey = await enrol(createAuthenticator());
    const allow = Array.from({ length: 20 }, (_, at) => ({
      ...passkey,
      id: `${at}${'x'.repeat(1362)}`,
    }));
    const { expectation } = ceremonies.beginAuthentication({ allow, userVerification: 'required' });
    expect(expectation.length).toBeLessThan(2048);
  });
});

describe('a passkey', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('of %s signs in', async (algorithm) => {
    const authenticator = createAuthenticator({ algorithm });
    const passkey = await enrol(authenticator);
    expect(await signIn(authenticator, passkey)).toEqual({
      ok: true,
      passkey: { ...passkey, counter: 1, lastUsedAt: LATER },
      userVerified: true,
      clonedWarning: false,
    });
  });

  it('is found by what its response claims', async () => {
    const authenticator = createAuthenticator();
    const { id } = await enrol(authenticator);
    const { options } = ceremonies.beginAuthentication({ userVerification: 'required' });
    expect(ceremonies.readCredentialId(authenticator.get(options))).toEqual({
      id,
      userHandle: USER_ID,
    });
    expect(ceremonies.readCredentialId(authenticator.get(options, { userHandle: null }))).toEqual({
      id,
      userHandle: null,
    });
  });

  it('tells anew at each use whether its provider keeps a copy', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    expect(await signIn(authenticator, passkey, { backedUp: true })).toMatchObject({
      passkey: { backedUp: true },
    });
  });

  it.each<[string, Deviation, string]>([
    ['another origin', { origin: 'https://evil.example' }, 'other-origin'],
    [
      'an origin that begins like ours',
      { origin: 'https://login.example.org.evil.example' },
      'other-origin',
    ],
    ['another relying party', { rpId: 'evil.example' }, 'other-relying-party'],
    ['another challenge', { challenge: 'A'.repeat(43) }, 'other-challenge'],
    ['another ceremony', { type: 'webauthn.create' }, 'other-ceremony'],
    ["another site's frame", { crossOrigin: true }, 'framed'],
    ['a page on top of it', { topOrigin: 'https://evil.example' }, 'framed'],
    ['nobody there', { userPresent: false }, 'not-verified'],
    ["another's user handle", { userHandle: 'Ym9i' }, 'other-user'],
    ['no user handle, where only it could tell', { userHandle: null }, 'other-user'],
  ])('is refused with %s', async (_, deviation, fault) => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    expect(await signIn(authenticator, passkey, deviation)).toEqual({
      ok: false,
      reason: 'refused',
      fault,
    });
  });

  it('needs no user handle where the user is known', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const asked = { allow: [passkey], userVerification: 'required' } as const;
    expect(await signIn(authenticator, passkey, { userHandle: null }, asked)).toMatchObject({
      ok: true,
    });
    expect(await signIn(authenticator, passkey, { userHandle: 'Ym9i' }, asked)).toMatchObject({
      fault: 'other-user',
    });
  });

  it('that was not asked for is refused', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const { options, expectation } = ceremonies.beginAuthentication({
      allow: [{ ...passkey, id: 'another' }],
      userVerification: 'required',
    });
    const response = authenticator.get({ ...options, allowCredentials: [] });
    const input = { expectation, response, userId: USER_ID, now: LATER };
    expect(await ceremonies.finishAuthentication({ ...input, passkey })).toMatchObject({
      fault: 'other-passkey',
    });
    const none = ceremonies.beginAuthentication({ allow: [], userVerification: 'required' });
    expect(
      await ceremonies.finishAuthentication({
        ...input,
        expectation: none.expectation,
        response: authenticator.get(none.options),
        passkey,
      }),
    ).toMatchObject({ fault: 'other-passkey' });
  });

  it("is not another's: its signature is of one key", async () => {
    const mine = createAuthenticator();
    const passkey = await enrol(mine);
    const other = await enrol(createAuthenticator());
    expect(await signIn(mine, { ...passkey, publicKey: other.publicKey })).toMatchObject({
      fault: 'not-verified',
    });
    expect(await signIn(mine, other)).toMatchObject({ fault: 'other-passkey' });
  });

  it('is refused once a single byte of what it signed, or of the signature, is different', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const { options, expectation } = ceremonies.beginAuthentication({
      userVerification: 'required',
    });
    const sent = authenticator.get(options);
    const input = { expectation, passkey, userId: USER_ID, now: LATER };
    const alter = (text: string, at: number): string => {
      const bytes = Buffer.from(text, 'base64url');
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      return bytes.toString('base64url');
    };
    const { signature, authenticatorData } = sent.response;
    const altered = [
      ...[0, 10, 40, 69].map((at) => ({ signature: alter(signature, at) })),
      ...[0, 32, 33, 36].map((at) => ({ authenticatorData: alter(authenticatorData, at) })),
      {
        clientDataJSON: Buffer.from(
          `${Buffer.from(sent.response.clientDataJSON, 'base64url').toString()} `,
        ).toString('base64url'),
      },
    ];
    for (const change of altered) {
      const response = { ...sent, response: { ...sent.response, ...change } };
      expect(await ceremonies.finishAuthentication({ ...input, response })).toMatchObject({
        ok: false,
        reason: 'refused',
      });
    }
    expect(await ceremonies.finishAuthentication({ ...input, response: sent })).toMatchObject({
      ok: true,
    });
  });

  it('cannot be used by playing back an answer (ASVS 6.5.1)', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const begun = ceremonies.beginAuthentication({ userVerification: 'required' });
    const response = authenticator.get(begun.options);
    const input = { response, userId: USER_ID, now: LATER };
    const first = await ceremonies.finishAuthentication({
      ...input,
      expectation: begun.expectation,
      passkey,
    });
    if (!first.ok) throw new Error(first.reason);
    const { expectation } = ceremonies.beginAuthentication({ userVerification: 'required' });
    expect(
      await ceremonies.finishAuthentication({ ...input, expectation, passkey: first.passkey }),
    ).toMatchObject({ fault: 'other-challenge' });
    // Even to a record that was not taken, its counter tells.
    expect(
      await ceremonies.finishAuthentication({
        ...input,
        expectation: begun.expectation,
        passkey: first.passkey,
      }),
    ).toMatchObject({ reason: 'counter-went-back' });
  });

  it('is refused for a ceremony of registration', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const { options } = ceremonies.beginAuthentication({ userVerification: 'required' });
    const begun = ceremonies.beginRegistration({
      userId: USER_ID,
      userName: 'ada',
      displayName: '',
      existing: [],
    });
    const finished = await ceremonies.finishAuthentication({
      expectation: begun.ok ? begun.expectation : '',
      response: authenticator.get(options),
      passkey,
      userId: USER_ID,
      now: LATER,
    });
    expect(finished).toMatchObject({ fault: 'other-ceremony' });
  });
});

describe('verification of the person', () => {
  it('is enforced where it is required', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    expect(await signIn(authenticator, passkey, { userVerified: false })).toEqual({
      ok: false,
      reason: 'user-not-verified',
    });
  });

  it('is reported where it is preferred', async () => {
    const authenticator = createAuthenticator();
    const passkey = await enrol(authenticator);
    const asked = { allow: [passkey], userVerification: 'preferred' } as const;
    expect(await signIn(authenticator, passkey, { userVerified: false }, asked)).toMatchObject({
      ok: true,
      userVerified: false,
    });
  });
});

describe('a signature counter', () => {
  it('that goes back, or stands still, is refused and noted', async () => {
    const authenticator = createAuthenticator();
    let passkey = await enrol(authenticator);
    const clone = authenticator.clone();
    passkey = await signInWell(authenticator, passkey);
    passkey = await signInWell(authenticator, passkey);
    expect(passkey.counter).toBe(2);
    expect(await signIn(clone, passkey)).toEqual({
      ok: false,
      reason: 'counter-went-back',
      passkey: { ...passkey, counterWentBackAt: LATER },
    });
    for (const counter of [0, 2])
      expect(await signIn(authenticator, passkey, { counter })).toMatchObject({
        reason: 'counter-went-back',
      });
    const noted = { ...passkey, counterWentBackAt: LATER };
    expect(await signIn(authenticator, noted)).toMatchObject({
      ok: true,
      clonedWarning: true,
      passkey: { counterWentBackAt: LATER },
    });
  });

  it('raises no alarm for somebody without the key', async () => {
    const authenticator = createAuthenticator();
    const passkey = { ...(await enrol(authenticator)), counter: 100 };
    const other = await enrol(createAuthenticator());
    expect(await signIn(authenticator, { ...passkey, publicKey: other.publicKey })).toMatchObject({
      reason: 'refused',
      fault: 'not-verified',
    });
  });

  it('that is 0 for good says nothing', async () => {
    const authenticator = createAuthenticator({ counts: false });
    let passkey = await enrol(authenticator);
    passkey = await signInWell(authenticator, passkey);
    passkey = await signInWell(authenticator, passkey);
    expect(passkey).toMatchObject({ counter: 0, counterWentBackAt: null });
  });
});
