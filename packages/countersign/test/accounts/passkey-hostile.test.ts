// What strangers may send in place of a passkey's answer: refused, whatever it is, and never a throw.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { begin, ceremonies, createAuthenticator, enrol, NOW, USER_ID } from './passkey-fixture.js';
import { encodeCbor } from './software-authenticator.js';

const authenticator = createAuthenticator();
const passkey = await enrol(authenticator);
const registration = begin();
const created = createAuthenticator().create(registration.options);
const authentication = ceremonies.beginAuthentication({ userVerification: 'required' });
const got = authenticator.get(authentication.options);

async function expectRefused(response: unknown): Promise<void> {
  const name = 'Laptop';
  expect(
    await ceremonies.finishRegistration({
      expectation: registration.expectation,
      response,
      name,
      now: NOW,
    }),
  ).toMatchObject({ ok: false, reason: 'refused' });
  expect(
    await ceremonies.finishAuthentication({
      expectation: authentication.expectation,
      response,
      passkey,
      userId: USER_ID,
      now: NOW,
    }),
  ).toMatchObject({ ok: false, reason: 'refused' });
}

const MEGABYTE = 'A'.repeat(1_048_576);

/** Stands in for any field of a response. */
const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  '',
  '=',
  'not base64url!',
  'A',
  'AA',
  'AB',
  'A'.repeat(100),
  MEGABYTE,
  [],
  ['A'],
  {},
  { toString: 'A' },
];

describe('an answer', () => {
  it('is refused when it is no object of the right shape', async () => {
    for (const response of [...NONSENSE, [created], { response: {} }, JSON.stringify(got)]) {
      await expectRefused(response);
      expect(ceremonies.readCredentialId(response)).toBeUndefined();
    }
  });

  it('is refused with nonsense in any field', async () => {
    for (const nonsense of NONSENSE) {
      for (const field of ['id', 'rawId', 'type', 'response'] as const) {
        await expectRefused({ ...created, [field]: nonsense });
        await expectRefused({ ...got, [field]: nonsense });
      }
      for (const field of ['clientDataJSON', 'attestationObject'] as const)
        await expectRefused({ ...created, response: { ...created.response, [field]: nonsense } });
      for (const field of ['clientDataJSON', 'authenticatorData', 'signature'] as const)
        await expectRefused({ ...got, response: { ...got.response, [field]: nonsense } });
    }
  });

  it('is refused with a user handle that cannot be one', async () => {
    for (const userHandle of [7, true, [], {}, '=', 'A', MEGABYTE])
      await expectRefused({ ...got, response: { ...got.response, userHandle } });
  });

  it('is refused when its client data is no object', async () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '7',
      '"text"',
      '{}',
      '\ufeff{}',
      '[['.repeat(2000),
    ]) {
      const clientDataJSON = Buffer.from(text).toString('base64url');
      await expectRefused({ ...created, response: { ...created.response, clientDataJSON } });
      await expectRefused({ ...got, response: { ...got.response, clientDataJSON } });
    }
  });

  it('is refused when its attestation is CBOR of another shape, or none', async () => {
    const authData = (bytes: number): Buffer =>
      encodeCbor(new Map([['authData', Buffer.alloc(bytes, 0xff)]]));
    const shapes = [
      encodeCbor(7),
      encodeCbor('text'),
      encodeCbor(new Map([['authData', 'text']])),
      ...[0, 1, 36, 37, 55, 1000].map(authData),
      Buffer.from('9f9f9f9f9f9f', 'hex'), // lists that never end
      Buffer.from('5bffffffffffffffff', 'hex'), // bytes of a length that nobody has
      Buffer.from('bf'.repeat(20_000), 'hex'), // a nest of maps
      Buffer.from('81'.repeat(40_000), 'hex'), // a nest of lists
    ];
    for (const shape of shapes) {
      const attestationObject = shape.toString('base64url');
      await expectRefused({ ...created, response: { ...created.response, attestationObject } });
    }
  });

  it('is refused, not thrown at, for any bytes in the place of what is signed', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((drawn) => Buffer.from(drawn));
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (one, other) => {
        // After the right domain, so that what follows it is read.
        const domain = Buffer.from(got.response.authenticatorData, 'base64url').subarray(0, 32);
        const authData = Buffer.concat([domain, one]);
        const authenticatorData = authData.toString('base64url');
        const signature = other.toString('base64url');
        await expectRefused({
          ...got,
          response: { ...got.response, authenticatorData, signature },
        });
        const attestationObject = encodeCbor(new Map([['authData', authData]])).toString(
          'base64url',
        );
        await expectRefused({ ...created, response: { ...created.response, attestationObject } });
      }),
      { numRuns: 100 },
    );
  });

  it('that is honest is accepted here, so that the rest of this file is no accident', async () => {
    expect(
      await ceremonies.finishRegistration({
        expectation: registration.expectation,
        response: created,
        name: 'Laptop',
        now: NOW,
      }),
    ).toMatchObject({ ok: true });
    expect(
      await ceremonies.finishAuthentication({
        expectation: authentication.expectation,
        response: got,
        passkey,
        userId: USER_ID,
        now: NOW,
      }),
    ).toMatchObject({ ok: true });
  });
});
