// Signing in by a passkey with a signature that is not its own: a stranger who knows credential ids from
// elsewhere and wants to know whether they open anything here.

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import { makePeople, PEOPLE, type Person, type Variant } from './people.js';
import { turn, visit, type Group, type PathMaker } from './path.js';
import { createWorld, ORIGIN, RP_ID, type World } from './world.js';

interface Key {
  readonly id: string;
  readonly publicKey: string;
}

/** What is sent as the user handle. */
type Handle = 'own' | "another's";

function passkeyPath(name: string, handle: Handle): PathMaker {
  return {
    name,
    hashes: false,
    create(store) {
      const world = createWorld(store);
      const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const of = (kind: 'known' | 'unknown' | 'disabled'): Group => ({
        kind,
        async make(tries) {
          const people = await makePeople(world.store, tries, variantOf(kind));
          return async (round) => {
            const { outcome, cookie } = await visit(world, (given) =>
              world.flows.passkeys.beginSignIn(given),
            );
            const person = turn(people, round);
            const userHandle = handle === 'own' ? person.userId : turn(people, round + 1).userId;
            const id = idOf(person);
            const response = respond({ id, userHandle, challenge: challengeIn(outcome) }, strange);
            const verb = (given: Parameters<World['flows']['passkeys']['signIn']>[0]) =>
              world.flows.passkeys.signIn(given, { response });
            return { verb, cookie };
          };
        },
      });
      return Promise.resolve({ world, groups: [of('known'), of('unknown'), of('disabled')] });
    },
  };
}

export const passkeySignIn = passkeyPath('passkeys.signIn', 'own');
export const passkeyOtherHandle = passkeyPath("passkeys.signIn, another's handle", "another's");

function variantOf(kind: 'known' | 'unknown' | 'disabled'): Variant {
  const variant = PEOPLE[kind];
  if (variant.fields === null) return variant;
  return {
    keys: (person) => [`passkey:${idOf(person)}`],
    fields: (document, person) => ({
      ...variant.fields?.(document, person),
      passkeys: [recordOf({ id: idOf(person), publicKey: createPublicKey() })],
    }),
  };
}

/** As random as an authenticator's, and known to whoever knows the person. */
function idOf({ userId }: Person): string {
  return createHash('sha256').update(userId).digest('base64url');
}

function recordOf({ id, publicKey }: Key): object {
  return {
    id,
    publicKey,
    counter: 0,
    transports: ['internal'],
    name: 'Laptop',
    addedAt: 1_767_225_600_000,
    lastUsedAt: null,
    backedUp: false,
    counterWentBackAt: null,
  };
}

/** An ES256 key as COSE (RFC 9053 §7.1.1). */
function createPublicKey(): string {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  });
  const hex = (coordinate: string): string => Buffer.from(coordinate, 'base64url').toString('hex');
  return Buffer.from(`a5010203262001215820${hex(x)}225820${hex(y)}`, 'hex').toString('base64url');
}

function challengeIn(outcome: unknown): string {
  const challenge = /"challenge":"([\w-]+)"/.exec(JSON.stringify(outcome))?.[1];
  if (challenge === undefined) throw new Error('no ceremony was begun');
  return challenge;
}

function respond(
  given: { readonly id: string; readonly userHandle: string; readonly challenge: string },
  key: KeyObject,
): object {
  const { id, userHandle, challenge } = given;
  const clientData = { type: 'webauthn.get', challenge, origin: ORIGIN, crossOrigin: false };
  const clientDataBytes = Buffer.from(JSON.stringify(clientData));
  const rpIdHash = createHash('sha256').update(RP_ID).digest();
  // Present and verified, counter 0.
  const authenticatorData = Buffer.concat([rpIdHash, Buffer.from([5, 0, 0, 0, 0])]);
  const clientDataHash = createHash('sha256').update(clientDataBytes).digest();
  const signature = sign('sha256', Buffer.concat([authenticatorData, clientDataHash]), key);
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: clientDataBytes.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: Buffer.from(userHandle).toString('base64url'),
    },
    clientExtensionResults: {},
  };
}
