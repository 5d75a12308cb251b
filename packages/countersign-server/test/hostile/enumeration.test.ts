// Who has an account, and how it stands, asked by a stranger of every page: the answers are the same byte
// for byte, for equal work, and stay so when tries and mails run out (G48, G60; ASVS 6.3.8). Their times are
// measured in bench/.

import type { PasswordHasher } from 'countersign/accounts';
import { beforeEach, describe, expect, it } from 'vitest';

import type { SoftwareAuthenticator } from '../../../countersign/test/accounts/software-authenticator.js';
import { addAuthenticatorApp } from '../web/authenticator-app.js';
import { NAME, PASSWORD, plainHasher, signUp, type Door } from '../web/door.js';
import { addPasskey } from '../web/passkey.js';
import { Visitor, type Page } from '../web/visitor.js';
import { openHouse, userIdOf } from './house.js';
import { addAddress, answerCeremony } from './one-time-things.js';
import { returnFrom } from './stand-in-provider.js';

const WRONG = 'not the one that was chosen';
const HOUR = 3_600_001;

/** How an account can stand, for addresses of one length, so that answers can be compared as they are. */
const PEOPLE = {
  unknown: 'aaaa@guild.example',
  known: 'bbbb@guild.example',
  withApp: 'cccc@guild.example',
  withPasskey: 'dddd@guild.example',
  disabled: 'eeee@guild.example',
  deleted: 'ffff@guild.example',
  withoutPassword: 'gggg@guild.example',
  unverified: 'hhhh@guild.example',
} as const;

type Person = keyof typeof PEOPLE;

const ALL = Object.keys(PEOPLE) as readonly Person[];
/** For whom the right password of before is as good as any. */
const WITHOUT_ENTRY: readonly Person[] = [
  'unknown',
  'disabled',
  'deleted',
  'withoutPassword',
  'unverified',
];

let door: Door;
let authenticator: SoftwareAuthenticator;
let work: string[] = [];

const watchedHasher: PasswordHasher = {
  hash(password) {
    work.push('hash');
    return plainHasher.hash(password);
  },
  verify(stored, password) {
    work.push('verify');
    return plainHasher.verify(stored, password);
  },
};

beforeEach(async () => {
  door = await openHouse({ hasher: watchedHasher });
  for (const person of ['known', 'withApp', 'disabled', 'deleted'] as const)
    await signUp(door, { name: PEOPLE[person] });
  await addAuthenticatorApp(door, PEOPLE.withApp);
  authenticator = await addPasskey(door, await signUp(door, { name: PEOPLE.withPasskey }));
  await addAddress(door, await signUp(door, { name: NAME }), PEOPLE.unverified);
  const visitor = new Visitor(door.app);
  const away = await visitor.post('/sign-in/provider', { provider: 'guild' });
  const back = await visitor.get(returnFrom(away.text, 'gggg'));
  expect(back.location).toBe('/');
  for (const status of ['disabled', 'deleted'] as const)
    await door.flows.users.setStatus(await userIdOf(door, PEOPLE[status]), { status });
  await nextHour();
});

async function nextHour(): Promise<void> {
  await door.flows.settled();
  door.clock.advance(HOUR);
}

/** An answer with what differs by chance, or was typed, out of it. */
function seen({ status, headers, text }: Page, person: Person): unknown {
  const typed = PEOPLE[person];
  const encoded = Buffer.from(typed).toString('base64url');
  const hide = (value: string): string =>
    value
      .replaceAll(typed, '*')
      .replaceAll(encodeURIComponent(typed), '*')
      .replaceAll(encoded, '*')
      .replaceAll(/[\w-]{43,}/g, (random) => `<${random.length} characters>`);
  return {
    status,
    length: text.length,
    text: hide(text),
    headers: [...headers].map(([name, value]) => [name, hide(value)]),
  };
}

/** What every person is answered, and how much work it was. */
async function askAll(
  people: readonly Person[],
  act: (visitor: Visitor, person: Person) => Promise<readonly Page[]>,
): Promise<ReadonlyMap<Person, unknown>> {
  const found = new Map<Person, unknown>();
  for (const [index, person] of people.entries()) {
    await door.flows.settled();
    work = [];
    // From a network of its own, as the limits of networks are the same for all.
    const visitor = new Visitor(door.app, { address: `198.51.100.${index + 1}` });
    const pages = await act(visitor, person);
    const cookies = [...visitor.jar.keys()];
    found.set(person, { answers: pages.map((page) => seen(page, person)), cookies, work });
  }
  return found;
}

function expectSame(found: ReadonlyMap<Person, unknown>): void {
  const unknown = found.get('unknown');
  expect(unknown).toBeDefined();
  for (const [person, answers] of found)
    expect({ person, answers }).toEqual({ person, answers: unknown });
}

/** The same request over and over. */
async function repeat(times: number, request: () => Promise<Page>): Promise<readonly Page[]> {
  const pages: Page[] = [];
  while (pages.length < times) pages.push(await request());
  return pages;
}

describe('signing in', () => {
  it('has one answer to a wrong password, whoever it is (G48)', async () => {
    const found = await askAll(ALL, async (visitor, person) => [
      await visitor.post('/sign-in', { name: PEOPLE[person], password: WRONG }),
    ]);
    expect(found.get('unknown')).toMatchObject({ answers: [{ status: 401 }], work: ['verify'] });
    expectSame(found);
  });

  it('has the same to the right one of an account that lets nobody in', async () => {
    const found = await askAll(WITHOUT_ENTRY, async (visitor, person) => [
      await visitor.post('/sign-in', { name: PEOPLE[person], password: PASSWORD }),
    ]);
    expect(found.get('unknown')).toMatchObject({ answers: [{ status: 401 }], work: ['verify'] });
    expectSame(found);
  });

  it('has one answer when tries run out, and the same time to wait (G54)', async () => {
    const found = await askAll(ALL, async (visitor, person) => {
      const fields = { name: PEOPLE[person], password: WRONG };
      const pages = [...(await repeat(9, () => visitor.post('/sign-in', fields)))];
      for (let seconds = 0; seconds < 5; seconds += 1) {
        await door.flows.settled();
        door.clock.advance(1_000);
        pages.push(await visitor.post('/sign-in', fields));
      }
      return pages;
    });
    expect(JSON.stringify(found.get('unknown'))).toContain('"status":429');
    expectSame(found);
  });

  it('has one answer on the way to the end of the password, and behind it (G40)', async () => {
    const people = ['unknown', 'known', 'withApp', 'disabled'] as const;
    const found = await askAll(people, async (visitor, person) => {
      const name = PEOPLE[person];
      const pages: Page[] = [];
      for (let tries = 0; tries < 102; tries += 1) {
        await nextHour();
        pages.push(await visitor.post('/sign-in', { name, password: WRONG }));
        if (tries % 20 === 0) pages.push(await visitor.post('/sign-in', { name, password: WRONG }));
      }
      await nextHour();
      pages.push(await visitor.post('/sign-in', { name, password: PASSWORD }));
      return pages;
    });
    const known = await door.accounts.findUser(await userIdOf(door, PEOPLE.known));
    expect(known?.passwordClosedTo).toBe('strangers');
    expectSame(found);
  });

  it('has one answer to a passkey that nobody has, and to one of who is disabled', async () => {
    const credentialOf = async (visitor: Visitor): Promise<string> =>
      answerCeremony(visitor, '/sign-in/passkey/begin', authenticator);
    const answers: unknown[] = [];
    for (const status of ['disabled', 'deleted'] as const) {
      const userId = await userIdOf(door, PEOPLE.withPasskey);
      await door.flows.users.setStatus(userId, { status });
      const visitor = new Visitor(door.app, { address: '198.51.100.7' });
      const page = await visitor.post('/sign-in/passkey', {
        credential: await credentialOf(visitor),
      });
      answers.push(seen(page, 'withPasskey'));
    }
    const other = await openHouse();
    const visitor = new Visitor(other.app, { address: '198.51.100.7' });
    const page = await visitor.post('/sign-in/passkey', {
      credential: await credentialOf(visitor),
    });
    expect(page.status).toBe(401);
    for (const answer of answers) expect(answer).toEqual(seen(page, 'withPasskey'));
  });

  it('has no second step for who has not given a password, whoever it is', async () => {
    const found = await askAll(ALL, async (visitor, person) => {
      const fields = {
        name: PEOPLE[person],
        address: PEOPLE[person],
        proof: 'totp',
        code: '123456',
      };
      return [
        await visitor.post('/sign-in/second', fields),
        await visitor.get(`/sign-in/second?name=${encodeURIComponent(PEOPLE[person])}`),
        await visitor.post('/sign-in/second/begin', fields),
      ];
    });
    expectSame(found);
  });
});

describe.each(['/forgot', '/sign-in/link', '/sign-up'])('asking for a mail at %s', (path) => {
  it('has one answer for every address, until there were enough of them (G60, G61)', async () => {
    const found = await askAll(ALL, async (visitor, person) => {
      const request = () => visitor.post(path, { address: PEOPLE[person] });
      return [...(await repeat(7, request)), await visitor.get(`${path}/sent`)];
    });
    const statuses = JSON.stringify(found.get('unknown'));
    expect(statuses).toContain('"status":303');
    expect(statuses).toContain('"status":429');
    expectSame(found);
    await door.flows.settled();
    expect(door.mails.length).toBeGreaterThan(0);
  });
});

describe('adding an address', () => {
  it('has one answer, whoever has the address already (G60)', async () => {
    const found = new Map<Person, unknown>();
    for (const person of ALL) {
      const owner = await signUp(door, { name: `z-${person}@guild.example` });
      await door.flows.settled();
      const pages = [
        await owner.post('/profile/addresses/add', { address: PEOPLE[person] }),
        await owner.get('/profile'),
        await owner.post('/profile/addresses/resend', { address: PEOPLE[person] }),
        await owner.get('/profile'),
      ];
      const answers = JSON.stringify(pages.map((page) => seen(page, person)));
      const own = `z-${person}`;
      const hidden = answers.replaceAll(own, 'z').replaceAll(/"length":\d+,/g, '');
      found.set(person, hidden);
      await nextHour();
    }
    expect(found.get('unknown')).toContain('*');
    expectSame(found);
  });
});
