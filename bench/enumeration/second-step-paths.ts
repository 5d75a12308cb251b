// The second step of a sign-in that waits, by who has the password: wrong codes. What may be told from what
// is the state of the second factor, no longer whether there is an account.

import { createHmac } from 'node:crypto';

import { createTotpSecret } from 'countersign/accounts';

import { change, makePeople, PASSWORD, PEOPLE, type Fields, type Person } from './people.js';
import { turn, visit, type Group, type PathMaker } from './path.js';
import { createWorld, type Verb, type World } from './world.js';

const AT = 1_767_225_600_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

interface StepPath {
  readonly name: string;
  /** @param strange somebody else's recovery code */
  readonly verb: (world: World, strange: string) => Verb;
  /** What is different in each kind, once the sign-in waits. */
  readonly kinds: readonly [StepKind, ...StepKind[]];
}

interface StepKind {
  readonly kind: string;
  /** The answer to the password names the factors that may be given. */
  readonly isTold?: true;
  readonly fields: (document: Fields) => Fields;
}

function stepPath({ name, verb, kinds: [first, ...others] }: StepPath): PathMaker {
  return {
    name,
    hashes: false,
    async create(store) {
      const world = createWorld(store);
      const strange = await strangeCode(world);
      const of = ({ fields, ...step }: StepKind): Group => ({
        ...step,
        async make(tries) {
          const cookies: string[] = [];
          for (const person of await makePeople(world.store, tries, PEOPLE.known)) {
            await addApp(world, person);
            cookies.push(await waitingOf(world, person));
            await change(world.store, person, fields);
          }
          return (round) => ({ verb: verb(world, strange), cookie: turn(cookies, round) });
        },
      });
      return { world, groups: [of(first), ...others.map(of)] };
    },
  };
}

export const withTotp = stepPath({
  name: 'signIn.withTotp',
  verb: ({ flows }) => {
    return (given) => flows.signIn.withTotp(given, { code: '000000' });
  },
  kinds: [
    { kind: 'with an app', fields: () => ({}) },
    {
      kind: 'app closed',
      isTold: true,
      fields: ({ totp }) => ({ totp: withFields(totp, { closedAt: AT }) }),
    },
  ],
});

export const withRecoveryCode = stepPath({
  name: 'signIn.withRecoveryCode',
  verb: ({ flows }, code) => {
    return (given) => flows.signIn.withRecoveryCode(given, { code });
  },
  kinds: [
    { kind: 'ten codes', fields: () => ({}) },
    {
      kind: 'one left',
      fields: ({ recoveryCodes }) => ({ recoveryCodes: withCodes(recoveryCodes, 1) }),
    },
    {
      kind: 'none left',
      isTold: true,
      fields: ({ recoveryCodes }) => ({ recoveryCodes: withCodes(recoveryCodes, 0) }),
    },
  ],
});

function withFields(record: unknown, fields: Fields): unknown {
  return { ...(typeof record === 'object' ? record : {}), ...fields };
}

function withCodes(record: unknown, count: number): unknown {
  const isRecord = typeof record === 'object' && record !== null && 'hashes' in record;
  const hashes = isRecord && Array.isArray(record.hashes) ? record.hashes : [];
  return withFields(record, { hashes: hashes.slice(0, count) });
}

async function addApp({ accounts, clock }: World, { userId }: Person): Promise<readonly string[]> {
  const secret = createTotpSecret();
  const code = codeAt(secret, clock.now());
  const added = await accounts.addTotp(userId, { secret, code });
  if (!added.ok) throw new Error(`no app: ${added.reason}`);
  return added.recoveryCodes;
}

async function strangeCode(world: World): Promise<string> {
  const [somebody] = await makePeople(world.store, 1);
  const [code] = somebody === undefined ? [] : await addApp(world, somebody);
  if (code === undefined) throw new Error('no recovery codes');
  return code;
}

/** Signs in with the right password; gives the cookie of the sign-in that waits. */
async function waitingOf(world: World, { name }: Person): Promise<string> {
  const input = { name, password: PASSWORD };
  const { outcome, cookie } = await visit(world, (given) =>
    world.flows.signIn.withPassword(given, input),
  );
  if (!JSON.stringify(outcome).includes('second-factor')) throw new Error('nothing waits');
  return cookie;
}

/** RFC 6238, six digits, SHA-1, 30 seconds. */
function codeAt(secret: string, now: number): string {
  const bits = Array.from(secret, (c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
